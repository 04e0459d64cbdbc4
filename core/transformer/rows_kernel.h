/* `multiply` for one kind of machine. rows.c includes this once for each, with NAME(x), VECTOR, LANES, ZERO, STEPS(p): LANES
   int8 as floats, FLOATS(p), STORE(p, v), SPLAT(f): f in all lanes, ADD(a, b, c): a * b + c, TOTAL(v): the sum of the
   lanes, TALL: rows of x whose sums of a panel's width stay in registers. */

#define BLOCK 4 /* rows of the matrix, and of x, that share what is read */

/* `blocks` rows of the matrix with `rows` rows of x: constants where this is inlined, so that all sums stay in registers. */
static inline __attribute__((always_inline)) void NAME(block)(
    const float *x, const int8_t *weight, const float *scale, float *out, Py_ssize_t in, Py_ssize_t many, int rows, int blocks)
{
    VECTOR sums[BLOCK][BLOCK];
    Py_ssize_t i = 0;
    for (int b = 0; b < blocks; b++)
        for (int r = 0; r < rows; r++)
            sums[b][r] = ZERO;
    for (; i + LANES <= in; i += LANES) {
        VECTOR w[BLOCK];
        for (int b = 0; b < blocks; b++)
            w[b] = STEPS(weight + b * in + i);
        for (int r = 0; r < rows; r++) {
            VECTOR v = FLOATS(x + r * in + i);
            for (int b = 0; b < blocks; b++)
                sums[b][r] = ADD(w[b], v, sums[b][r]);
        }
    }
    for (int b = 0; b < blocks; b++)
        for (int r = 0; r < rows; r++) {
            float total = TOTAL(sums[b][r]);
            for (Py_ssize_t k = i; k < in; k++)
                total += (float)weight[b * in + k] * x[r * in + k];
            out[r * many + b] = total * scale[b];
        }
}

static void NAME(multiply)(const float *x, const int8_t *weight, const float *scale, float *out, Py_ssize_t rows, Py_ssize_t in, Py_ssize_t many)
{
    Py_ssize_t j = 0;
    for (; j + BLOCK <= many; j += BLOCK) {
        Py_ssize_t r = 0;
        for (; r + 4 <= rows; r += 4)
            NAME(block)(x + r * in, weight + j * in, scale + j, out + r * many + j, in, many, 4, BLOCK);
        for (; r + 2 <= rows; r += 2)
            NAME(block)(x + r * in, weight + j * in, scale + j, out + r * many + j, in, many, 2, BLOCK);
        for (; r < rows; r++)
            NAME(block)(x + r * in, weight + j * in, scale + j, out + r * many + j, in, many, 1, BLOCK);
    }
    for (; j < many; j++)
        for (Py_ssize_t r = 0; r < rows; r++)
            NAME(block)(x + r * in, weight + j * in, scale + j, out + r * many + j, in, many, 1, 1);
}

/* `rows` rows of x, `deep` numbers of each, with a piece of a panel in float, added to their sums. */
static inline __attribute__((always_inline)) void NAME(tile)(
    const float *x, Py_ssize_t in, const float *piece, Py_ssize_t deep, float *sums, int rows)
{
    VECTOR held[TALL][PANEL / LANES];
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < PANEL / LANES; v++)
            held[r][v] = FLOATS(sums + r * PANEL + v * LANES);
    for (Py_ssize_t k = 0; k < deep; k++)
        for (int r = 0; r < rows; r++) {
            VECTOR one = SPLAT(x[r * in + k]);
            for (int v = 0; v < PANEL / LANES; v++)
                held[r][v] = ADD(one, FLOATS(piece + k * PANEL + v * LANES), held[r][v]);
        }
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < PANEL / LANES; v++)
            STORE(sums + r * PANEL + v * LANES, held[r][v]);
}

/* The panels from `first` to before `last`: a piece of one is turned into floats once, for all rows. */
static int NAME(panels)(const float *x, const int8_t *steps, const float *scale, float *out, Py_ssize_t rows, Py_ssize_t in,
                        Py_ssize_t many, Py_ssize_t first, Py_ssize_t last)
{
    float *room = malloc(((size_t)rows * PANEL + DEEP * PANEL) * sizeof(float) + 64);
    if (!room)
        return -1;
    float *piece = (float *)(((uintptr_t)room + 63) & ~(uintptr_t)63), *sums = piece + DEEP * PANEL;
    for (Py_ssize_t p = first; p < last; p++) {
        const int8_t *panel = steps + p * in * PANEL;
        memset(sums, 0, (size_t)rows * PANEL * sizeof(float));
        for (Py_ssize_t k = 0; k < in; k += DEEP) {
            Py_ssize_t deep = in - k < DEEP ? in - k : DEEP, r = 0;
            for (Py_ssize_t g = 0; g < deep; g += GROUP)
                for (int v = 0; v < PANEL; v += LANES) {
                    VECTOR size = FLOATS(scale + (p * (in / GROUP) + (k + g) / GROUP) * PANEL + v);
                    for (Py_ssize_t i = g; i < g + GROUP; i++)
                        STORE(piece + i * PANEL + v, TIMES(STEPS(panel + (k + i) * PANEL + v), size));
                }
            for (; r + TALL <= rows; r += TALL)
                NAME(tile)(x + r * in + k, in, piece, deep, sums + r * PANEL, TALL);
            for (; r + 2 <= rows; r += 2)
                NAME(tile)(x + r * in + k, in, piece, deep, sums + r * PANEL, 2);
            for (; r < rows; r++)
                NAME(tile)(x + r * in + k, in, piece, deep, sums + r * PANEL, 1);
        }
        for (Py_ssize_t r = 0; r < rows; r++)
            for (Py_ssize_t c = 0; c < PANEL && p * PANEL + c < many; c++)
                out[r * many + p * PANEL + c] = sums[r * PANEL + c];
    }
    free(room);
    return 0;
}

#undef BLOCK
#undef NAME
#undef VECTOR
#undef LANES
#undef ZERO
#undef STEPS
#undef FLOATS
#undef ADD
#undef TOTAL
#undef STORE
#undef SPLAT
#undef TIMES
#undef TALL
