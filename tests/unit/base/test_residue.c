#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "base/residue.h"

enum { PATTERN = 0x5a };

#if defined(__x86_64__)

/* What a call may change, but for the vector registers. The stack pointer is kept in rbx while the
 * stack is as a callee expects it, below what the compiler may have put under its end. */
#define CALLED "rax", "rbx", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "cc", "memory"
#define CALL_WIPE                                                                                  \
    "movq %%rsp, %%rbx\n\t"                                                                        \
    "subq $256, %%rsp\n\t"                                                                         \
    "andq $-64, %%rsp\n\t"                                                                         \
    "call *%[wipe]\n\t"                                                                            \
    "movq %%rbx, %%rsp\n\t"

static void assert_wiped(const uint8_t *left, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_int_equal(left[i], 0);
}

static void the_registers_that_every_machine_has_are_wiped(void **state)
{
    (void)state;
    uint8_t pattern[16], left[2][16];
    memset(pattern, PATTERN, sizeof pattern);
    memset(left, PATTERN, sizeof left);
    __asm__ volatile("movdqu (%[from]), %%xmm0\n\t"
                     "movdqu (%[from]), %%xmm15\n\t" CALL_WIPE "movdqu %%xmm0, (%[to])\n\t"
                     "movdqu %%xmm15, 16(%[to])\n\t"
                     :
                     : [from] "r"(pattern), [to] "r"(left), [wipe] "r"(residue_wipe)
                     : CALLED, "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
                       "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
    assert_wiped(left[0], sizeof left);
}

static void so_are_the_upper_halves_of_avx(void **state)
{
    (void)state;
    uint8_t pattern[32], left[2][32];
    if (!__builtin_cpu_supports("avx")) {
        print_message("skipped: no AVX\n");
        skip();
    }
    memset(pattern, PATTERN, sizeof pattern);
    memset(left, PATTERN, sizeof left);
    __asm__ volatile("vmovdqu (%[from]), %%ymm0\n\t"
                     "vmovdqu (%[from]), %%ymm15\n\t" CALL_WIPE "vmovdqu %%ymm0, (%[to])\n\t"
                     "vmovdqu %%ymm15, 32(%[to])\n\t"
                     "vzeroupper\n\t"
                     :
                     : [from] "r"(pattern), [to] "r"(left), [wipe] "r"(residue_wipe)
                     : CALLED, "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
                       "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
    assert_wiped(left[0], sizeof left);
}

/* The compiler knows nothing of registers above 15 here, so they need not be named. */
static void so_are_the_registers_of_avx_512(void **state)
{
    (void)state;
    uint8_t pattern[64], left[2][64];
    if (!__builtin_cpu_supports("avx512f")) {
        print_message("skipped: no AVX-512\n");
        skip();
    }
    memset(pattern, PATTERN, sizeof pattern);
    memset(left, PATTERN, sizeof left);
    __asm__ volatile("vmovdqu64 (%[from]), %%zmm16\n\t"
                     "vmovdqu64 (%[from]), %%zmm31\n\t" CALL_WIPE "vmovdqu64 %%zmm16, (%[to])\n\t"
                     "vmovdqu64 %%zmm31, 64(%[to])\n\t"
                     :
                     : [from] "r"(pattern), [to] "r"(left), [wipe] "r"(residue_wipe)
                     : CALLED, "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
                       "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");
    assert_wiped(left[0], sizeof left);
}

#else

static void the_registers_that_every_machine_has_are_wiped(void **state)
{
    (void)state;
    print_message("skipped: not x86-64\n");
    skip();
}

static void so_are_the_upper_halves_of_avx(void **state)
{
    the_registers_that_every_machine_has_are_wiped(state);
}

static void so_are_the_registers_of_avx_512(void **state)
{
    the_registers_that_every_machine_has_are_wiped(state);
}

#endif

/* Fills a frame and returns from it. SPAN bytes, of which the upper UNDER are left to those who are
 * called afterwards. On the real stack, whatever AddressSanitizer likes. */
enum { SPAN = 56 * 1024, UNDER = 8 * 1024 };
static volatile uintptr_t frame;

static void __attribute__((noinline, no_sanitize_address)) leave_something(void)
{
    volatile uint8_t bytes[SPAN];
    for (size_t i = 0; i < SPAN; i++)
        bytes[i] = PATTERN;
    frame = (uintptr_t)bytes;
}

static size_t __attribute__((noinline, no_sanitize_address)) count_left(void)
{
    const volatile uint8_t *bytes = (const volatile uint8_t *)frame;
    size_t n = 0;
    for (size_t i = 0; i < SPAN - UNDER; i++)
        n += bytes[i] == PATTERN;
    return n;
}

static void frames_that_were_returned_from_are_wiped(void **state)
{
    (void)state;
    leave_something();
    size_t before = count_left(); /* so that what follows says something */
    residue_wipe();
    size_t after = count_left();
    assert_int_equal(before, SPAN - UNDER);
    assert_int_equal(after, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_registers_that_every_machine_has_are_wiped),
        cmocka_unit_test(so_are_the_upper_halves_of_avx),
        cmocka_unit_test(so_are_the_registers_of_avx_512),
        cmocka_unit_test(frames_that_were_returned_from_are_wiped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
