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

/* A panel times `rows` rows of x: constants where this is inlined, so that all sums of a group stay in registers. */
static inline __attribute__((always_inline)) void NAME(panel)(
    const float *x, Py_ssize_t in, const int8_t *steps, const float *scale, float *out, Py_ssize_t many, int wide, int rows)
{
    VECTOR sums[TALL][PANEL / LANES];
    for (int r = 0; r < rows; r++)
        for (int v = 0; v < PANEL / LANES; v++)
            sums[r][v] = ZERO;
    for (Py_ssize_t g = 0; g < in; g += GROUP) {
        VECTOR held[TALL][PANEL / LANES];
        for (int r = 0; r < rows; r++)
            for (int v = 0; v < PANEL / LANES; v++)
                held[r][v] = ZERO;
        for (Py_ssize_t k = g; k < g + GROUP; k++)
            for (int v = 0; v < PANEL / LANES; v++) {
                VECTOR w = STEPS(steps + k * PANEL + v * LANES);
                for (int r = 0; r < rows; r++)
                    held[r][v] = ADD(SPLAT(x[r * in + k]), w, held[r][v]);
            }
        for (int r = 0; r < rows; r++)
            for (int v = 0; v < PANEL / LANES; v++)
                sums[r][v] = ADD(held[r][v], FLOATS(scale + g / GROUP * PANEL + v * LANES), sums[r][v]);
    }
    for (int r = 0; r < rows; r++) {
        float line[PANEL];
        for (int v = 0; v < PANEL / LANES; v++)
            STORE(line + v * LANES, sums[r][v]);
        for (int c = 0; c < wide; c++)
            out[r * many + c] = line[c];
    }
}

/* The panels from `first` to before `last`. */
static void NAME(panels)(const float *x, const int8_t *steps, const float *scale, float *out, Py_ssize_t rows, Py_ssize_t in,
                         Py_ssize_t many, Py_ssize_t first, Py_ssize_t last)
{
    for (Py_ssize_t p = first; p < last; p++) {
        const int8_t *own = steps + p * in * PANEL;
        const float *sizes = scale + p * (in / GROUP) * PANEL;
        int wide = many - p * PANEL < PANEL ? (int)(many - p * PANEL) : PANEL;
        float *to = out + p * PANEL;
        Py_ssize_t r = 0;
        for (; r + TALL <= rows; r += TALL)
            NAME(panel)(x + r * in, in, own, sizes, to + r * many, many, wide, TALL);
        for (; r + 4 <= rows; r += 4)
            NAME(panel)(x + r * in, in, own, sizes, to + r * many, many, wide, 4);
        for (; r + 2 <= rows; r += 2)
            NAME(panel)(x + r * in, in, own, sizes, to + r * many, many, wide, 2);
        for (; r < rows; r++)
            NAME(panel)(x + r * in, in, own, sizes, to + r * many, many, wide, 1);
    }
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
#undef TALL
