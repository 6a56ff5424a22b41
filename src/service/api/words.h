/* The few words that the API itself says to people, in the languages of the interface. */
#ifndef LANTERNE_SERVICE_API_WORDS_H
#define LANTERNE_SERVICE_API_WORDS_H

/* What a row or genre is called in `language` (French, else English). NULL: no such word. */
const char *words_for(const char *word, const char *language);

#endif
