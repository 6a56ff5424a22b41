#include "base/residue.h"

#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)

static void wipe_registers(void)
{
    /* The upper sixteen are nobody's across a call, so that the compiler need not be told. */
    if (__builtin_cpu_supports("avx512f"))
        __asm__ volatile(
            ".irp n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31\n\t"
            "vpxorq %%zmm\\n, %%zmm\\n, %%zmm\\n\n\t"
            ".endr" ::
                :);
    if (__builtin_cpu_supports("avx"))
        __asm__ volatile("vzeroall" ::
                             : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
                               "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
                               "xmm15");
    else
        __asm__ volatile(".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n\t"
                         "pxor %%xmm\\n, %%xmm\\n\n\t"
                         ".endr" ::
                             : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7",
                               "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",
                               "xmm15");
}

#elif defined(__aarch64__)

/* 8 to 15 are the caller's. */
static void wipe_registers(void)
{
    __asm__ volatile(".irp n, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, "
                     "27, 28, 29, 30, 31\n\t"
                     "movi v\\n\\().2d, #0\n\t"
                     ".endr" ::
                         : "v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7", "v16", "v17", "v18",
                           "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28",
                           "v29", "v30", "v31");
}

#else

static void wipe_registers(void)
{
}

#endif

/* Not to be given a place elsewhere by AddressSanitizer, nor room around it that is not wiped. */
static void __attribute__((noinline, no_sanitize_address)) wipe_stack(void)
{
    uint8_t below[RESIDUE_STACK];
    explicit_bzero(below, sizeof below);
}

void residue_wipe(void)
{
    wipe_stack();
    wipe_registers();
}
