#include "rules/members/letter.h"

#include <string.h>
#include <strings.h>

#include "base/date.h"

/* In texts: {service}, {home}, {link}, {address}, {device}, {place}, {at}. */
struct wording {
    const char *subject, *text;
};

static const struct wording english[N_LETTERS] = {
    [LETTER_VERIFY] = { "Confirm your address for {service}",
                        "Welcome to {service}.\n\n"
                        "Please confirm that this address is yours:\n\n{link}\n\n"
                        "The link is good for 48 hours and opens once. If you did not sign up, "
                        "do nothing: someone mistyped an address.\n" },
    [LETTER_RESET] = { "A new password for {service}",
                       "Someone asked for a new password for the {service} account of this "
                       "address. To choose one:\n\n{link}\n\n"
                       "The link is good for one hour and opens once. If it was not you, do "
                       "nothing: the password stays as it is.\n" },
    [LETTER_PASSWORD] = { "Your {service} password was changed",
                          "The password of your {service} account was changed on {at}, and other "
                          "sessions were ended.\n\n"
                          "If it was not you, set a new one at once:\n\n{home}/forgot\n" },
    [LETTER_DEVICE] = { "A new device signed in to {service}",
                        "Someone signed in to your {service} account with a device that we had "
                        "not seen before.\n\n"
                        "  Device: {device}\n  Place:  {place}\n  When:   {at}\n\n"
                        "If it was you, there is nothing to do. If it was not, change your "
                        "password and end that session:\n\n{home}/account\n" },
    [LETTER_ADDRESS] = { "Confirm your new address for {service}",
                         "You asked to use {address} for your {service} account. Please confirm "
                         "that it is yours:\n\n{link}\n\n"
                         "The link is good for 48 hours and opens once. Until then the address "
                         "before stays.\n" },
    [LETTER_ADDRESS_ASKED] = { "A change of your address for {service} was asked for",
                               "On {at} someone with your password asked to change the address of "
                               "your {service} account to {address}. It changes once that address "
                               "is confirmed.\n\n"
                               "If it was not you, change your password at once:\n\n"
                               "{home}/account\n" },
    [LETTER_ADDRESS_CHANGED] = { "Your address for {service} was changed",
                                 "The address of your {service} account is {address} since "
                                 "{at}.\n\nIf it was not you, answer to whoever runs "
                                 "{service}:\n\n{home}\n" },
    [LETTER_FACTOR_ON] = { "Signing in to {service} now asks for a code",
                           "Since {at} your {service} account asks for a code from your app "
                           "besides the password. Keep the recovery codes where you find "
                           "them.\n\nIf it was not you, change your password at once:\n\n"
                           "{home}/forgot\n" },
    [LETTER_FACTOR_OFF] = { "Signing in to {service} no longer asks for a code",
                            "Since {at} your {service} account asks for the password alone.\n\n"
                            "If it was not you, change your password at once:\n\n"
                            "{home}/forgot\n" },
    [LETTER_DELETED] = { "Your {service} account was deleted",
                         "Your {service} account and everything personal in it was deleted on "
                         "{at}. This is the last letter we send you.\n" },
};

static const struct wording french[N_LETTERS] = {
    [LETTER_VERIFY] = { "Confirmez votre adresse pour {service}",
                        "Bienvenue sur {service}.\n\n"
                        "Merci de confirmer que cette adresse est la vôtre :\n\n{link}\n\n"
                        "Le lien est valable 48 heures et ne sert qu'une fois. Si vous ne vous "
                        "êtes pas inscrit, ne faites rien : quelqu'un s'est trompé d'adresse.\n" },
    [LETTER_RESET] = { "Un nouveau mot de passe pour {service}",
                       "Quelqu'un a demandé un nouveau mot de passe pour le compte {service} de "
                       "cette adresse. Pour le choisir :\n\n{link}\n\n"
                       "Le lien est valable une heure et ne sert qu'une fois. Si ce n'était pas "
                       "vous, ne faites rien : le mot de passe ne change pas.\n" },
    [LETTER_PASSWORD] = { "Votre mot de passe {service} a été changé",
                          "Le mot de passe de votre compte {service} a été changé le {at}, et les "
                          "autres sessions ont pris fin.\n\n"
                          "Si ce n'était pas vous, choisissez-en un nouveau sans attendre :\n\n"
                          "{home}/forgot\n" },
    [LETTER_DEVICE] = { "Un nouvel appareil s'est connecté à {service}",
                        "Quelqu'un s'est connecté à votre compte {service} avec un appareil que "
                        "nous n'avions jamais vu.\n\n"
                        "  Appareil : {device}\n  Lieu :     {place}\n  Quand :    {at}\n\n"
                        "Si c'était vous, il n'y a rien à faire. Sinon, changez votre mot de "
                        "passe et mettez fin à cette session :\n\n{home}/account\n" },
    [LETTER_ADDRESS] = { "Confirmez votre nouvelle adresse pour {service}",
                         "Vous avez demandé à utiliser {address} pour votre compte {service}. "
                         "Merci de confirmer que cette adresse est la vôtre :\n\n{link}\n\n"
                         "Le lien est valable 48 heures et ne sert qu'une fois. D'ici là, "
                         "l'ancienne adresse reste la bonne.\n" },
    [LETTER_ADDRESS_ASKED] = { "Un changement d'adresse a été demandé pour {service}",
                               "Le {at}, quelqu'un qui connaît votre mot de passe a demandé que "
                               "l'adresse de votre compte {service} devienne {address}. Elle "
                               "change dès que cette adresse est confirmée.\n\n"
                               "Si ce n'était pas vous, changez votre mot de passe sans "
                               "attendre :\n\n{home}/account\n" },
    [LETTER_ADDRESS_CHANGED] = { "Votre adresse pour {service} a été changée",
                                 "L'adresse de votre compte {service} est {address} depuis le "
                                 "{at}.\n\nSi ce n'était pas vous, adressez-vous à qui tient "
                                 "{service} :\n\n{home}\n" },
    [LETTER_FACTOR_ON] = { "La connexion à {service} demande maintenant un code",
                           "Depuis le {at}, votre compte {service} demande un code de votre "
                           "application en plus du mot de passe. Gardez les codes de secours là "
                           "où vous les retrouverez.\n\nSi ce n'était pas vous, changez votre mot "
                           "de passe sans attendre :\n\n{home}/forgot\n" },
    [LETTER_FACTOR_OFF] = { "La connexion à {service} ne demande plus de code",
                            "Depuis le {at}, votre compte {service} ne demande que le mot de "
                            "passe.\n\nSi ce n'était pas vous, changez votre mot de passe sans "
                            "attendre :\n\n{home}/forgot\n" },
    [LETTER_DELETED] = { "Votre compte {service} a été supprimé",
                         "Votre compte {service} et tout ce qu'il contenait de personnel ont été "
                         "supprimés le {at}. Cette lettre est la dernière.\n" },
};

const char *letter_kind_name(enum letter_kind kind)
{
    static const char *const names[] = {
#define X(name, word) [name] = word,
        LETTER_TABLE(X)
#undef X
    };
    return names[kind];
}

bool letter_is_french(const char *language)
{
    return strncasecmp(language, "fr", 2) == 0 && (language[2] == 0 || language[2] == '-');
}

/* "22 July 2013, 20:00 UTC" */
static void put_instant(struct buf *out, utc_time t, bool is_french)
{
    static const char *const months[2][12] = {
        { "January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December" },
        { "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
          "octobre", "novembre", "décembre" },
    };
    int year, month, day;
    int64_t seconds = t.us / UTC_SECOND, rest = (seconds % 86400 + 86400) % 86400;
    civil_day_split((civil_day){ (int32_t)((seconds - rest) / 86400) }, &year, &month, &day);
    const char *first = is_french && day == 1 ? "er" : "";
    buf_printf(out, is_french ? "%d%s %s %d à %02d:%02d UTC" : "%d%s %s %d, %02d:%02d UTC", day,
               first, months[is_french][month - 1], year, (int)(rest / 3600),
               (int)(rest / 60 % 60));
}

static void put_fact(struct buf *out, const struct letter_facts *f, const char *name, size_t n)
{
    bool is_french = letter_is_french(f->language);
    const char *unknown = is_french ? "inconnu" : "unknown";
    const struct {
        const char *name, *value;
    } facts[] = { { "service", f->service }, { "home", f->home },     { "link", f->link },
                  { "address", f->address }, { "device", f->device }, { "place", f->place } };
    for (size_t i = 0; i < sizeof facts / sizeof facts[0]; i++)
        if (strlen(facts[i].name) == n && memcmp(facts[i].name, name, n) == 0)
            buf_text(out, facts[i].value != NULL ? facts[i].value : unknown);
    if (n == 2 && memcmp(name, "at", 2) == 0)
        put_instant(out, f->at, is_french);
}

static void put(struct buf *out, const struct letter_facts *f, const char *text)
{
    while (*text != 0) {
        size_t n = strcspn(text, "{");
        buf_put(out, text, n);
        text += n;
        if (*text == 0)
            return;
        n = strcspn(text, "}");
        put_fact(out, f, text + 1, n - 1);
        text += n + 1;
    }
}

static const struct wording *wording(enum letter_kind kind, const struct letter_facts *f)
{
    return letter_is_french(f->language) ? &french[kind] : &english[kind];
}

void letter_subject(enum letter_kind kind, const struct letter_facts *f, struct buf *out)
{
    put(out, f, wording(kind, f)->subject);
}

void letter_text(enum letter_kind kind, const struct letter_facts *f, struct buf *out)
{
    put(out, f, wording(kind, f)->text);
    buf_printf(out, "\n-- \n%s\n%s\n", f->service, f->home);
}
