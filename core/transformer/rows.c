/* Few rows times a matrix of int8 steps.

   `product`: each row of the matrix has one scale, as our weights are stored; a product of a few rows is bound by reading
   the matrix, and int8 is a quarter of what float32 BLAS must read. `panels`: for larger matrices and up to some hundred
   rows; PANEL outputs lie side by side, GROUP numbers of each share a scale. What is computed is float32 in both. One
   version is plain C; on x86 there are two more, and a call takes the best that the machine has. */

#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030b0000
#include <Python.h>
#include <stdint.h>

#define PANEL 16
#define GROUP 64

#define NAME(x) x##_plain
#define VECTOR float
#define LANES 1
#define ZERO 0
#define STEPS(p) ((float)*(p))
#define FLOATS(p) (*(p))
#define ADD(a, b, c) ((a) * (b) + (c))
#define TOTAL(v) (v)
#define STORE(p, v) (*(p) = (v))
#define SPLAT(f) (f)
#define TALL 4
#include "rows_kernel.h"

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define X86
#include <immintrin.h>

#pragma GCC push_options
#pragma GCC target("avx2,fma")
static inline float total_256(__m256 v)
{
    __m128 half = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
    half = _mm_add_ps(half, _mm_movehl_ps(half, half));
    return _mm_cvtss_f32(_mm_add_ss(half, _mm_movehdup_ps(half)));
}
#define NAME(x) x##_256
#define VECTOR __m256
#define LANES 8
#define ZERO _mm256_setzero_ps()
#define STEPS(p) _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)(p))))
#define FLOATS(p) _mm256_loadu_ps(p)
#define ADD(a, b, c) _mm256_fmadd_ps(a, b, c)
#define TOTAL(v) total_256(v)
#define STORE(p, v) _mm256_storeu_ps(p, v)
#define SPLAT(f) _mm256_set1_ps(f)
#define TALL 4
#include "rows_kernel.h"
#pragma GCC pop_options

#pragma GCC push_options
#pragma GCC target("avx512f")
#define NAME(x) x##_512
#define VECTOR __m512
#define LANES 16
#define ZERO _mm512_setzero_ps()
#define STEPS(p) _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128((const __m128i *)(p))))
#define FLOATS(p) _mm512_loadu_ps(p)
#define ADD(a, b, c) _mm512_fmadd_ps(a, b, c)
#define TOTAL(v) _mm512_reduce_add_ps(v)
#define STORE(p, v) _mm512_storeu_ps(p, v)
#define SPLAT(f) _mm512_set1_ps(f)
#define TALL 12
#include "rows_kernel.h"
#pragma GCC pop_options
#endif

typedef void multiply_panels(const float *, const int8_t *, const float *, float *, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t, Py_ssize_t);
typedef void multiply(const float *, const int8_t *, const float *, float *, Py_ssize_t, Py_ssize_t, Py_ssize_t);

typedef struct { multiply *rows; multiply_panels *panels; int lanes; } kind;

static kind best(void)
{
#ifdef X86
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f"))
        return (kind){multiply_512, panels_512, 16};
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
        return (kind){multiply_256, panels_256, 8};
#endif
    return (kind){multiply_plain, panels_plain, 1};
}

/* A view of an array of so many dimensions and this type, or -1 and an exception. */
static int look(PyObject *from, Py_buffer *to, int dimensions, char type, int writable)
{
    if (PyObject_GetBuffer(from, to, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT | (writable ? PyBUF_WRITABLE : 0)))
        return -1;
    if (to->ndim == dimensions && to->format && to->format[0] == type && !to->format[1])
        return 0;
    PyErr_Format(PyExc_TypeError, "an array of %d dimensions of type '%c' is needed", dimensions, type);
    PyBuffer_Release(to);
    return -1;
}

static PyObject *product(PyObject *self, PyObject *args)
{
    static const struct { int dimensions, writable; char type; } wanted[4] = {{2, 0, 'f'}, {2, 0, 'b'}, {1, 0, 'f'}, {2, 1, 'f'}};
    PyObject *given[4];
    Py_buffer seen[4];
    int found = 0;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOO", &given[0], &given[1], &given[2], &given[3]))
        return NULL;
    while (found < 4 && !look(given[found], &seen[found], wanted[found].dimensions, wanted[found].type, wanted[found].writable))
        found++;
    if (found == 4) {
        Py_ssize_t rows = seen[0].shape[0], in = seen[0].shape[1], many = seen[1].shape[0];
        if (seen[1].shape[1] != in || seen[2].shape[0] != many || seen[3].shape[0] != rows || seen[3].shape[1] != many)
            PyErr_SetString(PyExc_ValueError, "x (rows, in), weight (out, in), scale (out,) and the result (rows, out) do not fit");
        else {
            Py_BEGIN_ALLOW_THREADS
            best().rows(seen[0].buf, seen[1].buf, seen[2].buf, seen[3].buf, rows, in, many);
            Py_END_ALLOW_THREADS
        }
    }
    for (int i = 0; i < found; i++)
        PyBuffer_Release(&seen[i]);
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *panels(PyObject *self, PyObject *args)
{
    static const struct { int dimensions, writable; char type; } wanted[4] = {{2, 0, 'f'}, {3, 0, 'b'}, {3, 0, 'f'}, {2, 1, 'f'}};
    PyObject *given[4];
    Py_buffer seen[4];
    Py_ssize_t first, last;
    int found = 0;
    (void)self;
    if (!PyArg_ParseTuple(args, "OOOOnn", &given[0], &given[1], &given[2], &given[3], &first, &last))
        return NULL;
    while (found < 4 && !look(given[found], &seen[found], wanted[found].dimensions, wanted[found].type, wanted[found].writable))
        found++;
    if (found == 4) {
        Py_ssize_t rows = seen[0].shape[0], in = seen[0].shape[1], many = seen[3].shape[1], all = seen[1].shape[0];
        if (in % GROUP || seen[1].shape[1] != in || seen[1].shape[2] != PANEL || seen[2].shape[0] != all || seen[2].shape[1] != in / GROUP
            || seen[2].shape[2] != PANEL || seen[3].shape[0] != rows || all != (many + PANEL - 1) / PANEL || first < 0 || last > all)
            PyErr_SetString(PyExc_ValueError, "x (rows, in), steps (panels, in, 16), scale (panels, in / 64, 16) and the result (rows, out) do not fit");
        else {
            Py_BEGIN_ALLOW_THREADS
            best().panels(seen[0].buf, seen[1].buf, seen[2].buf, seen[3].buf, rows, in, many, first, last);
            Py_END_ALLOW_THREADS
        }
    }
    for (int i = 0; i < found; i++)
        PyBuffer_Release(&seen[i]);
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *lanes(PyObject *self, PyObject *args)
{
    (void)self, (void)args;
    return PyLong_FromLong(best().lanes);
}

static PyMethodDef methods[] = {
    {"product", product, METH_VARARGS,
     "product(x, weight, scale, out): into out, (rows, out) float32, goes x, (rows, in) float32, times the transpose of weight, (out, in) int8,\n"
     "each column times its scale, (out,) float32. All are contiguous. TypeError, ValueError: other types or shapes."},
    {"panels", panels, METH_VARARGS,
     "panels(x, steps, scale, out, first, last): into the columns of out, (rows, out) float32, of the panels from first to before last\n"
     "goes x, (rows, in) float32, times steps, (panels, in, 16) int8, times scale, (panels, in / 64, 16) float32.\n"
     "All are contiguous. TypeError, ValueError: other types or shapes."},
    {"lanes", lanes, METH_NOARGS, "lanes(): numbers that this machine multiplies at once; 1 where all is plain C."},
    {NULL, NULL, 0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "_rows", "Few rows times a matrix of int8 steps.", 0, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__rows(void) { return PyModule_Create(&module); }
