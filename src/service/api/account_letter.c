#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "driver/password/password.h"
#include "format/mail/mail.h"
#include "service/api/account.h"
#include "service/api/limits.h"

enum { SUBJECT_MAX = 512, TEXT_MAX = 16 * 1024 };

static enum err write_message(struct api_call *call, const struct account_letter *ask,
                              const struct store_letter *letter, struct buf *out)
{
    struct buf subject, text;
    struct letter_facts facts = { .service = call->params->name,
                                  .home = call->params->mail_home,
                                  .language = ask->member->language,
                                  .link = ask->link,
                                  .address = ask->address,
                                  .device = ask->device,
                                  .place = ask->place,
                                  .at = call->now };
    buf_init(&subject, SUBJECT_MAX);
    buf_init(&text, TEXT_MAX);
    letter_subject(ask->kind, &facts, &subject);
    letter_text(ask->kind, &facts, &text);
    enum err err = subject.err != OK ? subject.err : text.err;
    if (err == OK)
        err = mail_write(
            &(struct mail_message){ .id = letter->id.s,
                                    .date = call->now,
                                    .from_name = call->params->name,
                                    .from = call->params->mail_from,
                                    .to = letter->to,
                                    .subject = buf_string(&subject),
                                    .language = letter_is_french(facts.language) ? "fr" : "en",
                                    .text = buf_string(&text) },
            out);
    buf_finish(&subject);
    buf_finish(&text);
    return err;
}

bool account_letter_to(struct api_call *call, const struct account_letter *ask,
                       struct store_letter *out)
{
    struct buf message;
    *out = (struct store_letter){ .kind = letter_kind_name(ask->kind),
                                  .to = ask->to != NULL ? ask->to : ask->member->email,
                                  .created = call->now };
    id_new_in_order(call->now, out->id.s);
    if (!ask->is_farewell)
        out->member = ask->member->id;
    buf_init(&message, MAIL_MESSAGE_MAX);
    enum err err = write_message(call, ask, out, &message);
    if (err == OK) {
        const char *of = arena_printf(call->arena, "letter %s", out->id.s);
        uint8_t *sealed = arena_alloc(call->arena, message.size + SECRET_EXTRA);
        secret_seal(call->params->secret_key, of, message.data, message.size, sealed);
        out->sealed = sealed;
        out->sealed_size = message.size + SECRET_EXTRA;
    } else {
        log_warning("api", "a letter (%s) to member %s cannot be written: %s", out->kind,
                    ask->member->id.s, err_text(err));
    }
    buf_finish(&message);
    return err == OK;
}

const struct store_letter *account_letter(struct api_call *call, const struct account_letter *ask)
{
    struct store_letter *letter = ARENA_NEW(call->arena, struct store_letter);
    return account_letter_to(call, ask, letter) ? letter : NULL;
}

void account_token(struct api_call *call, enum store_token_kind kind, const struct member *member,
                   const char *email, struct store_token *out, const char **link)
{
    char token[TOKEN_TEXT];
    bool resets = kind == STORE_TOKEN_RESET;
    *out = (struct store_token){ .kind = kind,
                                 .member = member->id,
                                 .email = email,
                                 .created = call->now,
                                 .expires = { call->now.us +
                                              (resets ? ACCOUNT_RESET_US : ACCOUNT_VERIFY_US) } };
    token_new(token, out->digest);
    *link = arena_printf(call->arena, "%s/%s#%s", call->params->mail_home,
                         resets ? "reset" : "verify", token);
}

bool account_read_token(struct api_call *call, uint8_t out[32])
{
    const char *token = json_read_text(&call->in, "token", JSON_REQUIRED, 1, LIMIT_WORD);
    memset(out, 0, 32);
    return token != NULL && token_digest(token, strlen(token), out) == OK;
}
