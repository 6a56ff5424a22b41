#include "rules/members/letter_texts.h"

const struct letter_wording letter_english[N_LETTERS] = {
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
    [LETTER_PASSKEY_ADDED] = { "A passkey was added to your {service} account",
                               "Since {at} the passkey \"{device}\" opens your {service} account, "
                               "without a password or a code.\n\n"
                               "If it was you, there is nothing to do. If not, choose a new "
                               "password at once:\n\n{home}/forgot\n\n"
                               "and remove that passkey:\n\n{home}/account\n" },
    [LETTER_PASSKEY_REMOVED] = { "A passkey was removed from your {service} account",
                                 "Since {at} the passkey \"{device}\" no longer opens your "
                                 "{service} account. The password opens it as before.\n\n"
                                 "If it was not you, change your password at once:\n\n"
                                 "{home}/forgot\n" },
    [LETTER_DELETED] = { "Your {service} account was deleted",
                         "Your {service} account and everything personal in it was deleted on "
                         "{at}. This is the last letter we send you.\n" },
    [LETTER_WELCOME] = { "Your {service} subscription has begun",
                         "Thank you for choosing {service}.\n\n"
                         "[Your plan is {plan}. ][The next charge is {amount} on {when}. ]You can "
                         "change the plan, pause or cancel whenever you like:\n\n{page}\n" },
    [LETTER_RECEIPT] = { "Your payment to {service}",
                         "We have received your payment[ of {amount}][ for {plan}]. Thank "
                         "you.\n\nThe invoice is in your account:\n\n{page}\n" },
    [LETTER_DEBIT] = { "{amount} will be debited for {service}",
                       "We will debit {amount} from your bank account[ on {when}][, for "
                       "{plan}]. Please see to it that there is enough in it.\n\n"
                       "Your means of payment and your invoices are here:\n\n{page}\n" },
    [LETTER_TRIAL_ENDED] = { "Your {service} trial has ended",
                             "Your free trial of {service} has ended. Nothing was charged, and "
                             "nothing will be.\n\n"
                             "To go on watching, choose a plan:\n\n{page}\n" },
    [LETTER_PAYMENT_FAILED] = { "Your payment to {service} did not go through",
                                "We could not collect [{amount}, ]your payment[ for {plan}]. We "
                                "will try again by ourselves.[ You can watch until "
                                "{when}.]\n\n"
                                "If your card has expired or your account has changed, give us "
                                "another means of payment:\n\n{page}\n" },
    [LETTER_SUSPENDED] = { "Your {service} subscription is suspended",
                           "Your payment[ of {amount}] has still not gone through, so your "
                           "subscription is suspended.[ It ends on {when} unless it is "
                           "paid.]\n\n"
                           "With another means of payment it goes on at once:\n\n{page}\n" },
    [LETTER_RECOVERED] = { "Your {service} subscription goes on",
                           "Your payment[ of {amount}] went through. Your subscription goes on; "
                           "there is nothing to do.\n\n"
                           "The invoice is in your account:\n\n{page}\n" },
    [LETTER_CANCELLED] = { "Your {service} subscription is cancelled",
                           "You cancelled your subscription. Nothing more will be charged.[ You "
                           "can watch until {when}.]\n\n"
                           "Until then you can take it back:\n\n{page}\n" },
    [LETTER_PAUSED] = { "Your {service} subscription is paused",
                        "Your subscription is paused, and nothing is charged meanwhile.[ It "
                        "goes on by itself on {when}.]\n\n"
                        "You can go on sooner, or cancel:\n\n{page}\n" },
    [LETTER_ENDED] = { "Your {service} subscription has ended",
                       "Your {service} subscription has ended, and nothing more will be charged. "
                       "Your profiles and what you watched are kept.\n\n"
                       "You can come back whenever you like:\n\n{page}\n" },
    [LETTER_PRICE] = { "The price of your {service} plan changes",
                       "The price of your plan[, {plan},] becomes {amount}[ from {when} "
                       "on].\n\n"
                       "If you agree, there is nothing to do. If you do not, you can take another "
                       "plan or cancel before then, at no cost:\n\n{page}\n" },
    [LETTER_PLAN] = { "Your {service} plan has changed",
                      "You changed your plan[ to {plan}].[ The next charge is {amount} on "
                      "{when}.]\n\nYour plan and your invoices are here:\n\n{page}\n" },
    [LETTER_REFUND] = { "A refund from {service}",
                        "We have given you back {amount}, by the means it was paid with. It may "
                        "take your bank some days to show it.\n\n"
                        "The credit note is in your account:\n\n{page}\n" },
    [LETTER_RENTAL] = { "You rented {title} on {service}",
                        "You rented {title}[ for {amount}].[ You can start it until {when}.]\n\n"
                        "How long it plays once it is started is shown in your "
                        "account:\n\n{page}\n" },
    [LETTER_GIFT] = { "Your {service} gift has been redeemed",
                      "Your gift code was redeemed[: {plan}][, paid for until {when}]. Nothing "
                      "is charged for that time.\n\n"
                      "Your plan is here:\n\n{page}\n" },
    [LETTER_PARTNER] = { "Your {service} subscription is now paid by another",
                         "From now on your {service} subscription[, {plan},] is billed[ by "
                         "{partner}]. We charge you nothing ourselves; what you had paid us for "
                         "and not used is kept as a credit.\n\n{page}\n" },
    [LETTER_PARTNER_ENDED] = { "Your {service} subscription is no longer paid by another",
                               "Your {service} subscription is no longer billed[ by {partner}], "
                               "and has ended.\n\n"
                               "To go on watching, choose a plan of your own:\n\n{page}\n" },
    [LETTER_WIN_BACK] = { "{service} still has your place",
                          "It has been a while since you left {service}. Your profiles and your "
                          "history are still there, and there is much that is new.\n\n"
                          "To come back, choose a plan:\n\n{page}\n" },
};
