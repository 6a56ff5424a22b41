/* What work leaves behind in its thread: nobody wipes frames that were returned from, and vector
 * registers keep what was last copied or ciphered until something else needs them (the dynamic
 * linker, too, puts them on the stack when it binds a function). Both stand in a core. */
#ifndef LANTERNE_BASE_RESIDUE_H
#define LANTERNE_BASE_RESIDUE_H

/* Wipes RESIDUE_STACK bytes of the stack below the caller, and the vector registers that a function
 * may change (of x86-64 and AArch64; of other machines it leaves them). About a microsecond. */
enum { RESIDUE_STACK = 64 * 1024 };
void residue_wipe(void);

#endif
