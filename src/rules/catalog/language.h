/* Names of languages in the language itself, for menus of players that have no names of their own.
 */
#ifndef LANTERNE_RULES_CATALOG_LANGUAGE_H
#define LANTERNE_RULES_CATALOG_LANGUAGE_H

/* "français" for "fr" and "fr-CA"; the tag itself when it is not in the table; static or tag's
 * storage. */
const char *language_own_name(const char *tag);

#endif
