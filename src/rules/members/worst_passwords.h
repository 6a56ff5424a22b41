/* Words that the passwords guessed first are made of, in English and French; folded to lower case.
 * Only for rules/members. */
#ifndef LANTERNE_RULES_MEMBERS_WORST_PASSWORDS_H
#define LANTERNE_RULES_MEMBERS_WORST_PASSWORDS_H

static const char *const worst_words[] = {
    "abc",           "access",     "admin",      "administrateur",
    "administrator", "alexandre",  "amour",      "angel",
    "arsenal",       "azerty",     "azertyuiop", "baby",
    "banana",        "baseball",   "basketball", "batman",
    "bienvenue",     "bonjour",    "camille",    "changeme",
    "charlie",       "chelsea",    "chocolat",   "chocolate",
    "chouchou",      "cinema",     "coucou",     "default",
    "doudou",        "dragon",     "elephant",   "famille",
    "film",          "flower",     "football",   "france",
    "friends",       "guest",      "hello",      "hunter",
    "iloveyou",      "internet",   "jesus",      "jetaime",
    "juventus",      "killer",     "lanterne",   "letmein",
    "liverpool",     "login",      "loulou",     "love",
    "lovely",        "maison",     "mamour",     "marseille",
    "master",        "michael",    "michel",     "minecraft",
    "monkey",        "motdepasse", "movie",      "music",
    "mustang",       "mypassword", "naruto",     "nicolas",
    "ninja",         "okok",       "omar",       "paris",
    "pass",          "passe",      "password",   "passw",
    "passwort",      "pokemon",    "princess",   "princesse",
    "qsdfghjklm",    "qwerty",     "qwertyuiop", "root",
    "samsung",       "secret",     "service",    "shadow",
    "snoopy",        "soccer",     "soleil",     "star",
    "starwars",      "summer",     "sunshine",   "superman",
    "temp",          "test",       "thomas",     "tigger",
    "trustno",       "user",       "video",      "welcome",
    "whatever",      "winter",     "word",       "yankees",
    "you",           "zxcvbnm",    "i",          "my",
};

#endif
