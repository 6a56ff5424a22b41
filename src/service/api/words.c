#include "service/api/words.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

/* Rows of the home page, the genres of rules/catalog/genre.h, then what members are told who may
 * not watch, change or buy something, by the code of the problem or by what stands in the way. */
static const struct {
    const char *word, *english, *french;
} words[] = {
    { "continue", "Continue watching", "Reprendre" },
    { "rented", "Rented", "En location" },
    { "new", "New", "Nouveautés" },
    { "films", "Films", "Films" },
    { "series", "Series", "Séries" },
    { "action", "Action", "Action" },
    { "adventure", "Adventure", "Aventure" },
    { "animation", "Animation", "Animation" },
    { "biography", "Biography", "Biographie" },
    { "children", "Children", "Jeunesse" },
    { "comedy", "Comedy", "Comédie" },
    { "concert", "Concerts", "Concerts" },
    { "crime", "Crime", "Policier" },
    { "dance", "Dance", "Danse" },
    { "documentary", "Documentaries", "Documentaires" },
    { "drama", "Drama", "Drame" },
    { "family", "Family", "Famille" },
    { "fantasy", "Fantasy", "Fantastique" },
    { "film-noir", "Film noir", "Film noir" },
    { "history", "History", "Histoire" },
    { "horror", "Horror", "Horreur" },
    { "music", "Music", "Musique" },
    { "musical", "Musicals", "Comédie musicale" },
    { "mystery", "Mystery", "Mystère" },
    { "nature", "Nature", "Nature" },
    { "news", "News", "Actualités" },
    { "opera", "Opera", "Opéra" },
    { "reality", "Reality", "Téléréalité" },
    { "romance", "Romance", "Romance" },
    { "science-fiction", "Science fiction", "Science-fiction" },
    { "short", "Short films", "Courts métrages" },
    { "silent", "Silent films", "Cinéma muet" },
    { "sport", "Sport", "Sport" },
    { "talk", "Talk", "Débats" },
    { "theatre", "Theatre", "Théâtre" },
    { "thriller", "Thrillers", "Suspense" },
    { "travel", "Travel", "Voyage" },
    { "war", "War", "Guerre" },
    { "western", "Westerns", "Westerns" },
    { "problem:second-factor", "Type the code that your app shows, or a recovery code.",
      "Saisissez le code affiché par votre application, ou un code de secours." },
    { "problem:passkey", "The passkey was not accepted. Try again, or sign in with your password.",
      "La clé d'accès n'a pas été acceptée. Réessayez, ou connectez-vous avec votre mot de "
      "passe." },
    { "passkey:challenge", "That took too long, or was sent twice. Try again.",
      "L'opération a pris trop de temps, ou a été envoyée deux fois. Réessayez." },
    { "passkey:verification",
      "Your device did not check that it is you: unlock it with a PIN, a finger or your face.",
      "Votre appareil n'a pas vérifié que c'est bien vous : déverrouillez-le par code, empreinte "
      "ou "
      "visage." },
    { "passkey:credential", "This passkey is not known here: it may have been removed.",
      "Cette clé d'accès n'est pas connue ici : elle a peut-être été retirée." },
    { "passkey:counter",
      "This passkey may have been copied and is not accepted. Sign in with your password and "
      "remove "
      "it.",
      "Cette clé d'accès a peut-être été copiée et n'est pas acceptée. Connectez-vous avec votre "
      "mot "
      "de passe et retirez-la." },
    { "passkey:algorithm", "This device makes passkeys of a kind that is not taken here.",
      "Cet appareil crée des clés d'accès d'un type qui n'est pas accepté ici." },
    { "passkey:key", "This device makes passkeys of a kind that is not taken here.",
      "Cet appareil crée des clés d'accès d'un type qui n'est pas accepté ici." },
    { "passkey:full", "The account has ten passkeys already. Remove one first.",
      "Le compte a déjà dix clés d'accès. Retirez-en d'abord une." },
    { "passkey:known", "This passkey is in use already.", "Cette clé d'accès sert déjà." },
    { "passkey:unavailable", "Passkeys are not available at this address.",
      "Les clés d'accès ne sont pas disponibles à cette adresse." },
    { "problem:link", "This link was used already, or its time has passed. Ask for a new one.",
      "Ce lien a déjà servi, ou il n'est plus valable. Demandez-en un nouveau." },
    { "problem:device-code",
      "No box shows this code. Look at its screen again: it shows a new code after 15 minutes.",
      "Aucun boîtier n'affiche ce code. Regardez à nouveau son écran : il en affiche un nouveau "
      "après 15 minutes." },
    { "assertion:assertion", "Your operator's sign-in could not be read. Ask your operator.",
      "La connexion par votre opérateur est illisible. Adressez-vous à votre opérateur." },
    { "assertion:signature", "Your operator's sign-in is not valid. Ask your operator.",
      "La connexion par votre opérateur n'est pas valable. Adressez-vous à votre opérateur." },
    { "assertion:audience", "Your operator's sign-in is for another service. Ask your operator.",
      "La connexion par votre opérateur vaut pour un autre service. Adressez-vous à votre "
      "opérateur." },
    { "assertion:clock", "Your operator's clock and ours do not agree. Try again later.",
      "L'horloge de votre opérateur et la nôtre ne concordent pas. Réessayez plus tard." },
    { "assertion:expired", "Your operator's sign-in has expired. Try again.",
      "La connexion par votre opérateur a expiré. Réessayez." },
    { "assertion:used", "Your operator's sign-in was used already. Try again.",
      "La connexion par votre opérateur a déjà servi. Réessayez." },
    { "assertion:partner-suspended", "Sign-in by your operator is suspended. Ask your operator.",
      "La connexion par votre opérateur est suspendue. Adressez-vous à votre opérateur." },
    { "assertion:unknown", "The service is not part of your subscription. Ask your operator.",
      "Le service ne fait pas partie de votre abonnement. Adressez-vous à votre opérateur." },
    { "assertion:not-linked",
      "No account is linked to your subscription yet. Follow the link that your operator sent you.",
      "Aucun compte n'est encore lié à votre abonnement. Suivez le lien que votre opérateur vous a "
      "envoyé." },
    { "assertion:not-active", "Your subscription has not begun yet. Ask your operator.",
      "Votre abonnement n'a pas encore commencé. Adressez-vous à votre opérateur." },
    { "assertion:suspended", "Your subscription is suspended. Ask your operator.",
      "Votre abonnement est suspendu. Adressez-vous à votre opérateur." },
    { "assertion:ended", "Your subscription has ended. Ask your operator.",
      "Votre abonnement est terminé. Adressez-vous à votre opérateur." },
    { "problem:profile", "This profile may not change that.",
      "Ce profil ne peut pas changer cela." },
    { "problem:pin", "Enter the PIN.", "Saisissez le code PIN." },
    { "problem:pin-wrong", "The PIN is wrong.", "Le code PIN est erroné." },
    { "profile:full", "There are five profiles already.", "Il y a déjà cinq profils." },
    { "profile:name", "There is a profile of that name already.",
      "Il existe déjà un profil de ce nom." },
    { "profile:main", "The account's first profile stays, and without an age limit.",
      "Le premier profil du compte reste, et sans limite d'âge." },
    { "profile:no-pin", "The account has no PIN yet.", "Le compte n'a pas encore de code PIN." },
    { "problem:payment-declined", "The payment was declined. Try again, or with other means.",
      "Le paiement a été refusé. Réessayez, ou avec un autre moyen de paiement." },
    { "problem:payment-means", "Add a card or a bank account first.",
      "Ajoutez d'abord une carte ou un compte bancaire." },
    { "problem:payment-busy",
      "The payment service gives no answer. It is asked again by itself; look again in a while.",
      "Le service de paiement ne répond pas. Il est relancé automatiquement ; revenez dans un "
      "moment." },
    { "problem:plan", "This plan is not offered in your country.",
      "Cette formule n'est pas proposée dans votre pays." },
    { "problem:price", "This cannot be rented where you are.",
      "Ce titre ne peut pas être loué là où vous êtes." },
    { "problem:gift", "This code is unknown, was used already, or has expired.",
      "Ce code est inconnu, a déjà servi, ou a expiré." },
    { "problem:partner", "A partner pays for this account already. End that there first.",
      "Un partenaire paie déjà pour ce compte. Mettez-y d'abord fin auprès de lui." },
    { "partner:ask", "The partner who bills your subscription has suspended it. Ask",
      "Le partenaire qui facture votre abonnement l'a suspendu. Adressez-vous à" },
    { "problem:partner-token", "This code was used already, or its time has passed.",
      "Ce code a déjà servi, ou n'est plus valable." },
    { "declined:insufficient_funds", "There is not enough money on the account.",
      "Le compte n'est pas assez approvisionné." },
    { "declined:AM04", "There is not enough money on the account.",
      "Le compte n'est pas assez approvisionné." },
    { "declined:expired_card", "The card has expired.", "La carte a expiré." },
    { "declined:lost_card", "The card is blocked.", "La carte est bloquée." },
    { "declined:stolen_card", "The card is blocked.", "La carte est bloquée." },
    { "declined:incorrect_cvc", "The security code of the card is wrong.",
      "Le cryptogramme de la carte est erroné." },
    { "declined:authentication_required", "The bank asks you to confirm the payment.",
      "La banque vous demande de confirmer le paiement." },
    { "declined:AC04", "The bank account is closed.", "Le compte bancaire est clos." },
    { "declined:MD01", "The bank knows no mandate for this debit.",
      "La banque ne connaît pas de mandat pour ce prélèvement." },
    { "declined:MD06", "You asked your bank to give the debit back.",
      "Vous avez demandé à votre banque de rendre le prélèvement." },
    { "declined:MS02", "The debit was refused by the account's holder.",
      "Le prélèvement a été refusé par le titulaire du compte." },
    { "means:unsupported", "This service takes no payments of that kind.",
      "Ce service n'accepte pas ce moyen de paiement." },
    { "means:in-use", "Your subscription, or a payment under way, still needs it.",
      "Votre abonnement, ou un paiement en cours, en a encore besoin." },
    /* * is the creditor's name and # its identifier. The scheme's rulebook prescribes the text in
       each language. */
    { "mandate",
      "Creditor: * (#). By signing this mandate form, you authorise (A) * to send instructions to "
      "your bank to "
      "debit your account and (B) your bank to debit your account in accordance with the "
      "instructions from *. As part of your rights, you are entitled to a refund from your bank "
      "under the terms and conditions of your agreement with your bank. A refund must be claimed "
      "within 8 weeks starting from the date on which your account was debited.",
      "Créancier : * (#). En signant ce formulaire de mandat, vous autorisez (A) * à envoyer des "
      "instructions à "
      "votre banque pour débiter votre compte, et (B) votre banque à débiter votre compte "
      "conformément aux instructions de *. Vous bénéficiez du droit d'être remboursé par votre "
      "banque selon les conditions décrites dans la convention que vous avez passée avec elle. "
      "Une demande de remboursement doit être présentée dans les 8 semaines suivant la date de "
      "débit de votre compte." },
    { "problem:streams-full", "As many screens are playing as your account may have at a time.",
      "Autant d'écrans que votre compte le permet sont déjà en lecture." },
    { "problem:title-full", "Too many people are watching this at the moment; try again later.",
      "Trop de personnes regardent ce titre en ce moment ; réessayez plus tard." },
    { "stream:lapsed", "Nothing was heard of this screen for too long.",
      "Cet écran n'a plus donné signe de vie." },
    { "stream:left", "Playback was ended here.", "La lecture a été terminée ici." },
    { "stream:stopped", "Playback was stopped from another screen of your household.",
      "La lecture a été arrêtée depuis un autre écran de votre foyer." },
    { "stream:replaced", "This profile began to watch something else on this device.",
      "Ce profil a lancé autre chose sur cet appareil." },
    { "stream:plan", "Your plan has fewer screens at a time by now.",
      "Votre formule permet désormais moins d'écrans à la fois." },
    { "stream:subscription", "The subscription has ended.", "L'abonnement a pris fin." },
    { "stream:rental", "The time of this rental is over.",
      "Le temps de cette location est écoulé." },
    { "stream:window", "This can no longer be watched.", "Ce titre ne peut plus être regardé." },
    { "stream:territory", "This cannot be watched where you are now.",
      "Ce titre ne peut pas être regardé là où vous êtes maintenant." },
    { "stream:withdrawn", "This was taken off the service.", "Ce titre a été retiré du service." },
    { "stream:profile", "This profile may not watch this any more.",
      "Ce profil ne peut plus regarder ce titre." },
    { "problem:join", "Sign up or sign in to watch this.",
      "Inscrivez-vous ou connectez-vous pour regarder ce titre." },
    { "problem:subscribe", "This needs a running subscription.",
      "Ce titre demande un abonnement en cours." },
    { "problem:rent", "This is not part of the subscription; it can be rented.",
      "Ce titre n'est pas compris dans l'abonnement ; il peut être loué." },
    { "problem:not-yet", "This is coming soon; it cannot be watched yet.",
      "Ce titre arrive bientôt ; il ne peut pas encore être regardé." },
    { "problem:language", "This may not be offered in that language where you are.",
      "Ce titre ne peut pas être proposé dans cette langue là où vous êtes." },
    { "problem:not-open", "The service is not open in your country yet.",
      "Le service n'est pas encore ouvert dans votre pays." },
    { "problem:not-ready", "This is being prepared and cannot be watched yet.",
      "Ce titre est en préparation et ne peut pas encore être regardé." },
};

const char *words_for(const char *word, const char *language)
{
    bool french = strncasecmp(language, "fr", 2) == 0 && (language[2] == 0 || language[2] == '-');
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(words[i].word, word) == 0)
            return french ? words[i].french : words[i].english;
    return NULL;
}
