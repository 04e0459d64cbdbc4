/* `multiply` for one kind of machine. rows.c includes this once for each, with NAME(x), VECTOR, LANES, ZERO, STEPS(p): LANES
   int8 as floats, FLOATS(p), ADD(a, b, c): a * b + c, TOTAL(v): the sum of the lanes. */

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

#undef BLOCK
#undef NAME
#undef VECTOR
#undef LANES
#undef ZERO
#undef STEPS
#undef FLOATS
#undef ADD
#undef TOTAL
