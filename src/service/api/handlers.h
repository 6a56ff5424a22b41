/* The handlers of the route table, by the file they are in. Each answers its call. */
#ifndef LANTERNE_SERVICE_API_HANDLERS_H
#define LANTERNE_SERVICE_API_HANDLERS_H

struct api_call;

/* about.c */
void handle_health(struct api_call *call);
void handle_service(struct api_call *call);
void handle_about(struct api_call *call);
/* sign.c */
void handle_sign_up(struct api_call *call);
void handle_sign_in(struct api_call *call);
void handle_sign_out(struct api_call *call);
/* me.c */
void handle_me(struct api_call *call);
void handle_me_change(struct api_call *call);
void handle_me_password(struct api_call *call);
/* subscription.c */
void handle_plans(struct api_call *call);
void handle_me_subscription(struct api_call *call);
void handle_me_subscription_cancel(struct api_call *call);
void handle_me_subscription_keep(struct api_call *call);
void handle_me_subscription_pause(struct api_call *call);
void handle_me_subscription_resume(struct api_call *call);
void handle_me_subscription_means(struct api_call *call);
void handle_me_gift(struct api_call *call);
/* means.c */
void handle_me_means(struct api_call *call);
void handle_me_card(struct api_call *call);
void handle_me_card_result(struct api_call *call);
void handle_me_sepa(struct api_call *call);
void handle_me_means_remove(struct api_call *call);
/* bill.c */
void handle_me_charges(struct api_call *call);
void handle_me_invoices(struct api_call *call);
void handle_me_invoice(struct api_call *call);
void handle_me_invoice_pdf(struct api_call *call);
/* rent.c */
void handle_rent(struct api_call *call);
void handle_me_rentals(struct api_call *call);
/* webhook.c */
void handle_webhook_card(struct api_call *call);
/* account_session.c */
void handle_me_sessions(struct api_call *call);
void handle_me_session_end(struct api_call *call);
void handle_me_sessions_end(struct api_call *call);
/* account_address.c */
void handle_me_email(struct api_call *call);
/* account_data.c */
void handle_me_export(struct api_call *call);
void handle_me_deletion(struct api_call *call);
/* account_factor.c */
void handle_me_factor(struct api_call *call);
void handle_me_factor_confirm(struct api_call *call);
void handle_me_factor_off(struct api_call *call);
/* passkey.c */
void handle_me_passkeys(struct api_call *call);
void handle_me_passkey_begin(struct api_call *call);
void handle_me_passkey_add(struct api_call *call);
void handle_me_passkey_rename(struct api_call *call);
void handle_me_passkey_remove(struct api_call *call);
/* passkey_sign.c */
void handle_passkey_begin(struct api_call *call);
void handle_passkey_sign_in(struct api_call *call);
/* account_verify.c */
void handle_me_verification(struct api_call *call);
void handle_verify(struct api_call *call);
/* account_reset.c */
void handle_reset_ask(struct api_call *call);
void handle_reset_use(struct api_call *call);
/* profile.c */
void handle_profiles(struct api_call *call);
void handle_profile_add(struct api_call *call);
void handle_profile_change(struct api_call *call);
void handle_profile_remove(struct api_call *call);
/* profile_session.c */
void handle_session_profile(struct api_call *call);
void handle_session_unlock(struct api_call *call);
void handle_session_lock(struct api_call *call);
void handle_me_pin(struct api_call *call);
/* home.c, browse.c, page.c */
void handle_home(struct api_call *call);
void handle_titles(struct api_call *call);
void handle_title(struct api_call *call);
/* playback.c, playback_position.c, playback_beat.c */
void handle_playback_start(struct api_call *call);
void handle_playback_position(struct api_call *call);
void handle_playback_beat(struct api_call *call);
void handle_playback_end(struct api_call *call);
/* stream.c */
void handle_me_streams(struct api_call *call);
void handle_me_stream_stop(struct api_call *call);
/* console_title.c */
void handle_console_titles(struct api_call *call);
void handle_console_title_add(struct api_call *call);
void handle_console_title(struct api_call *call);
void handle_console_title_change(struct api_call *call);
void handle_console_title_publish(struct api_call *call);
void handle_console_title_withdraw(struct api_call *call);
/* console_episode.c */
void handle_console_episode_add(struct api_call *call);
void handle_console_episode_change(struct api_call *call);
/* console_job.c */
void handle_console_jobs(struct api_call *call);
void handle_console_job(struct api_call *call);
void handle_console_job_cancel(struct api_call *call);
void handle_console_job_retry(struct api_call *call);
/* console_member.c */
void handle_console_members(struct api_call *call);
/* console_bill.c */
void handle_console_member(struct api_call *call);
void handle_console_plans(struct api_call *call);
void handle_console_charges(struct api_call *call);
void handle_console_refund(struct api_call *call);
void handle_console_gifts(struct api_call *call);
/* console_ledger.c */
void handle_console_ledger(struct api_call *call);
void handle_console_ledger_balances(struct api_call *call);
void handle_console_ledger_check(struct api_call *call);
/* assertion.c */
void handle_device_assertion(struct api_call *call);
/* box_settings.c */
void handle_box_settings(struct api_call *call);
/* console_box.c */
void handle_console_boxes(struct api_call *call);
void handle_console_box_versions(struct api_call *call);
void handle_console_look_change(struct api_call *call);
void handle_console_logo(struct api_call *call);
void handle_console_logo_remove(struct api_call *call);
/* partner_link.c */
void handle_partner_link_look(struct api_call *call);
void handle_me_partner_link(struct api_call *call);
/* device_authorize.c, device_token.c, device_decide.c */
void handle_device_authorization(struct api_call *call);
void handle_device_token(struct api_call *call);
void handle_me_device_code(struct api_call *call);
void handle_me_device_code_decide(struct api_call *call);
/* report.c: whichever the path names */
void handle_report(struct api_call *call);

#endif
