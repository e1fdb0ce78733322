/*
 * litmus_body - how does each litmus thread look in this flavour?
 *
 * Whoever includes this has defined FLAVOUR(name), and ST() and LD(), after
 * each of which the compiler keeps the order of the program.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */
#define THREAD(name, ...)						\
	static uint64_t							\
	FLAVOUR(name)(const struct litmus *at)				\
	{								\
		uint64_t *x = at->x, *y = at->y, *z = at->z, r = 0;	\
									\
		(void)x, (void)y, (void)z;				\
		__VA_ARGS__						\
		return (r);						\
	}

THREAD(sx1, ST(x, 1);)
THREAD(sx2, ST(x, 2);)
THREAD(sy1, ST(y, 1);)
THREAD(sx1_ly, ST(x, 1); r = LD(y);)
THREAD(sy1_lx, ST(y, 1); r = LD(x);)
THREAD(sx1_fence_ly, ST(x, 1); fence(); r = LD(y);)
THREAD(sy1_fence_lx, ST(y, 1); fence(); r = LD(x);)
THREAD(sx1_locked_ly, ST(x, 1); locked(z); r = LD(y);)
THREAD(sy1_locked_lx, ST(y, 1); locked(z); r = LD(x);)
THREAD(xx1_ly, exchange(x, 1); r = LD(y);)
THREAD(xy1_lx, exchange(y, 1); r = LD(x);)
THREAD(cx1_ly, store_seq_cst(x, 1); r = LD(y);)
THREAD(cy1_lx, store_seq_cst(y, 1); r = LD(x);)
THREAD(sx1_sy1, ST(x, 1); ST(y, 1);)
THREAD(ly_lx, r = LD(y); r |= LD(x) << 8;)
THREAD(lx_ly, r = LD(x); r |= LD(y) << 8;)
THREAD(lx_lx, r = LD(x); r |= LD(x) << 8;)
THREAD(lx_sy1, r = LD(x); ST(y, 1);)
THREAD(ly_sx1, r = LD(y); ST(x, 1);)
THREAD(ly_sz1, r = LD(y); ST(z, 1);)
THREAD(lz_lx, r = LD(z); r |= LD(x) << 8;)
THREAD(sy2_lx, ST(y, 2); r = LD(x);)
THREAD(sx2_sy1, ST(x, 2); ST(y, 1);)
THREAD(sx1_sy2, ST(x, 1); ST(y, 2);)
THREAD(sy1_sx2, ST(y, 1); ST(x, 2);)
THREAD(sx1_sx2, ST(x, 1); ST(x, 2);)
THREAD(lx_sx1, r = LD(x); ST(x, 1);)
THREAD(lx_sx2, r = LD(x); ST(x, 2);)
THREAD(sx1_lx, ST(x, 1); r = LD(x);)
THREAD(sx2_lx, ST(x, 2); r = LD(x);)
THREAD(sx1_lx_ly, ST(x, 1); r = LD(x); r |= LD(y) << 8;)
THREAD(sy1_ly_lx, ST(y, 1); r = LD(y); r |= LD(x) << 8;)
THREAD(sy2_sx2, ST(y, 2); ST(x, 2);)

litmus_thread *const FLAVOUR(litmus)[LITMUS_THREAD_COUNT] = {
#define T(name) [LITMUS_##name] = FLAVOUR(name),
	LITMUS_THREADS(T)
#undef T
};

#undef THREAD
#undef FLAVOUR
#undef ST
#undef LD
