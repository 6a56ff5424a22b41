#include "rules/members/letter_texts.h"

const struct letter_wording letter_french[N_LETTERS] = {
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
    [LETTER_PASSKEY_ADDED] = { "Une clé d'accès a été ajoutée à votre compte {service}",
                               "Depuis le {at}, la clé d'accès « {device} » ouvre votre compte "
                               "{service}, sans mot de passe ni code.\n\n"
                               "Si c'était vous, il n'y a rien à faire. Sinon, choisissez sans "
                               "attendre un nouveau mot de passe :\n\n{home}/forgot\n\n"
                               "puis retirez cette clé :\n\n{home}/account\n" },
    [LETTER_PASSKEY_REMOVED] = { "Une clé d'accès a été retirée de votre compte {service}",
                                 "Depuis le {at}, la clé d'accès « {device} » n'ouvre plus votre "
                                 "compte {service}. Le mot de passe l'ouvre comme avant.\n\n"
                                 "Si ce n'était pas vous, changez votre mot de passe sans "
                                 "attendre :\n\n{home}/forgot\n" },
    [LETTER_DELETED] = { "Votre compte {service} a été supprimé",
                         "Votre compte {service} et tout ce qu'il contenait de personnel ont été "
                         "supprimés le {at}. Cette lettre est la dernière.\n" },
    [LETTER_WELCOME] = { "Votre abonnement à {service} a commencé",
                         "Merci d'avoir choisi {service}.\n\n"
                         "[Votre formule : {plan}. ][Le prochain paiement sera de {amount}, le "
                         "{when}. ]Vous pouvez changer de formule, suspendre ou résilier quand "
                         "vous le souhaitez :\n\n{page}\n" },
    [LETTER_RECEIPT] = { "Votre paiement à {service}",
                         "Nous avons bien reçu votre paiement[ de {amount}][ pour la formule "
                         "{plan}]. Merci.\n\n"
                         "La facture est dans votre compte :\n\n{page}\n" },
    [LETTER_DEBIT] = { "{amount} seront prélevés pour {service}",
                       "Nous prélèverons {amount} sur votre compte bancaire[ le {when}][, pour la "
                       "formule {plan}]. Merci de veiller à ce qu'il soit approvisionné.\n\n"
                       "Vos moyens de paiement et vos factures sont ici :\n\n{page}\n" },
    [LETTER_TRIAL_ENDED] = { "Votre essai de {service} est terminé",
                             "Votre essai gratuit de {service} est terminé. Rien n'a été prélevé, "
                             "et rien ne le sera.\n\n"
                             "Pour continuer à regarder, choisissez une formule :\n\n{page}\n" },
    [LETTER_PAYMENT_FAILED] = { "Votre paiement à {service} n'a pas abouti",
                                "Nous n'avons pas pu encaisser votre paiement[ de {amount}][ pour "
                                "la formule {plan}]. Nous essaierons de nouveau de nous-mêmes.[ "
                                "Vous pouvez regarder jusqu'au {when}.]\n\n"
                                "Si votre carte a expiré ou si votre compte a changé, "
                                "indiquez-nous "
                                "un autre moyen de paiement :\n\n{page}\n" },
    [LETTER_SUSPENDED] = { "Votre abonnement à {service} est suspendu",
                           "Votre paiement[ de {amount}] n'a toujours pas abouti ; votre "
                           "abonnement est donc suspendu.[ Il prendra fin le {when} s'il n'est "
                           "pas réglé d'ici là.]\n\n"
                           "Avec un autre moyen de paiement, il reprend aussitôt :\n\n"
                           "{page}\n" },
    [LETTER_RECOVERED] = { "Votre abonnement à {service} continue",
                           "Votre paiement[ de {amount}] a abouti. Votre abonnement continue, "
                           "vous n'avez rien à faire.\n\n"
                           "La facture est dans votre compte :\n\n{page}\n" },
    [LETTER_CANCELLED] = { "Votre abonnement à {service} est résilié",
                           "Vous avez résilié votre abonnement. Rien d'autre ne sera prélevé.[ "
                           "Vous pouvez regarder jusqu'au {when}.]\n\n"
                           "D'ici là, vous pouvez changer d'avis :\n\n{page}\n" },
    [LETTER_PAUSED] = { "Votre abonnement à {service} est en pause",
                        "Votre abonnement est en pause, et rien n'est prélevé entre-temps.[ Il "
                        "reprendra de lui-même le {when}.]\n\n"
                        "Vous pouvez reprendre plus tôt, ou résilier :\n\n{page}\n" },
    [LETTER_ENDED] = { "Votre abonnement à {service} a pris fin",
                       "Votre abonnement à {service} a pris fin, et rien d'autre ne sera prélevé. "
                       "Vos profils et ce que vous avez regardé sont conservés.\n\n"
                       "Vous pouvez revenir quand vous le souhaitez :\n\n{page}\n" },
    [LETTER_PRICE] = { "Le prix de votre formule {service} change",
                       "Le prix de votre formule[ {plan}] sera de {amount}[ à partir du "
                       "{when}].\n\n"
                       "Si vous êtes d'accord, vous n'avez rien à faire. Sinon, vous pouvez "
                       "prendre une autre formule ou résilier d'ici là, sans frais :\n\n"
                       "{page}\n" },
    [LETTER_PLAN] = { "Votre formule {service} a changé",
                      "Vous avez choisi une autre formule[ : {plan}].[ Le prochain "
                      "paiement sera de {amount}, le {when}.]\n\n"
                      "Votre formule et vos factures sont ici :\n\n{page}\n" },
    [LETTER_REFUND] = { "Un remboursement de {service}",
                        "Nous vous avons remboursé {amount}, par le moyen qui avait servi à payer. "
                        "Votre banque peut mettre quelques jours à l'afficher.\n\n"
                        "L'avoir est dans votre compte :\n\n{page}\n" },
    [LETTER_RENTAL] = { "Vous avez loué {title} sur {service}",
                        "Vous avez loué {title}[ pour {amount}].[ Vous pouvez commencer à le "
                        "regarder jusqu'au {when}.]\n\n"
                        "Le temps pendant lequel il reste disponible une fois commencé est indiqué "
                        "dans votre compte :\n\n{page}\n" },
    [LETTER_GIFT] = { "Votre cadeau {service} est utilisé",
                      "Votre code cadeau a été utilisé[ : formule {plan}][, payée jusqu'au "
                      "{when}]. Rien n'est prélevé pendant ce temps.\n\n"
                      "Votre formule est ici :\n\n{page}\n" },
    [LETTER_PARTNER] = { "Votre abonnement à {service} est désormais payé par un autre",
                         "Désormais, votre abonnement à {service}[, formule {plan},] est "
                         "facturé[ par {partner}]. Nous ne vous prélevons plus rien nous-mêmes ; "
                         "ce que vous nous aviez payé et n'avez pas utilisé est gardé à votre "
                         "crédit.\n\n{page}\n" },
    [LETTER_PARTNER_ENDED] = { "Votre abonnement à {service} n'est plus payé par un autre",
                               "Votre abonnement à {service} n'est plus facturé[ par {partner}], "
                               "et a pris fin.\n\n"
                               "Pour continuer à regarder, choisissez une formule à vous :\n\n"
                               "{page}\n" },
    [LETTER_WIN_BACK] = { "{service} vous garde une place",
                          "Vous avez quitté {service} il y a quelque temps. Vos profils et votre "
                          "historique sont toujours là, et il y a beaucoup de nouveautés.\n\n"
                          "Pour revenir, choisissez une formule :\n\n{page}\n" },
};
