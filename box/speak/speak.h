/* Spoken labels, by speech-dispatcher where its library is there. The main thread's. */
#ifndef LANTERNE_BOX_SPEAK_SPEAK_H
#define LANTERNE_BOX_SPEAK_SPEAK_H

#include <stdbool.h>

struct speak;

/* Never waits, whether there is speech here or not. NULL: no memory. */
struct speak *speak_open(void);
/* Within half a second, whatever the daemon does. */
void speak_close(struct speak **speak);
/* What was being said is broken off. NULL inside: nothing. */
void speak_say(struct speak *s, const char *text, const char *language);

#endif
