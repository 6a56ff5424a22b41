#include "app/serve_mail.h"

#include <string.h>

#include "app/secret_file.h"
#include "app/serve_billing.h"
#include "format/mail/mail.h"

static int open_smtp(struct app *app, struct mail_sink **out)
{
    char password[SECRET_LINE_MAX];
    const struct settings *set = &app->settings;
    int code = secret_line(app, "mail_password_file", set->mail_password_file, password);
    if (code != EXIT_OK)
        return code;
    enum err err = mail_smtp_open(&(struct mail_smtp_params){ .url = set->mail_smtp_url,
                                                              .user = set->mail_user,
                                                              .password = password,
                                                              .from = set->mail_from },
                                  out);
    explicit_bzero(password, sizeof password);
    if (err == ERR_ARGUMENT)
        return app_fail(app, EXIT_UNSOUND,
                        "lanterne.conf: mail_smtp_url: must be smtp://HOST[:PORT] or "
                        "smtps://HOST[:PORT]");
    return err == OK ? EXIT_OK : app_error(app, err, "mail");
}

int serve_mail_open(struct app *app, struct serve_mail *out)
{
    const struct settings *set = &app->settings;
    if (!mail_address_is_good(set->mail_from, strlen(set->mail_from)))
        return app_fail(app, EXIT_UNSOUND, "lanterne.conf: mail_from: must be an address");
    int code = secret_key_load(app, &out->key);
    if (code != EXIT_OK)
        return code;
    if (set->mail_smtp_url[0] != 0)
        return open_smtp(app, &out->sink);
    const char *folder = app_path(app, "mail");
    enum err err = mail_folder_open(folder, &out->sink);
    return err == OK ? EXIT_OK : app_error(app, err, folder);
}

int serve_mail_start(struct app *app, struct serve_mail *mail)
{
    enum err err =
        mail_service_start(&(struct mail_service_params){ .store = app->store,
                                                          .sink = mail->sink,
                                                          .key = &mail->key,
                                                          .name = app->settings.name,
                                                          .home = app_home(app),
                                                          .from = app->settings.mail_from,
                                                          .plan_name = app->settings.plan_name },
                           &mail->service);
    return err == OK ? EXIT_OK : app_error(app, err, "mail cannot be sent");
}

void serve_mail_close(struct serve_mail *mail)
{
    mail_service_stop(&mail->service);
    mail_sink_close(&mail->sink);
    explicit_bzero(&mail->key, sizeof mail->key);
}
