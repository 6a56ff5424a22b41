/* One function a subcommand, each in a file of its name; commands.c has their rows. */
#ifndef LANTERNE_APP_COMMANDS_H
#define LANTERNE_APP_COMMANDS_H

#include "app/app.h"

int cmd_init(struct app *app);
int cmd_box_list(struct app *app);
int cmd_box_rollout(struct app *app);
int cmd_box_version_add(struct app *app);
int cmd_box_version_list(struct app *app);
int cmd_partner_assertion_key_add(struct app *app);
int cmd_partner_assertion_key_list(struct app *app);
int cmd_partner_assertion_key_end(struct app *app);
int cmd_partner_look(struct app *app);
int cmd_check(struct app *app);
int cmd_title_add(struct app *app);
int cmd_title_edit(struct app *app);
int cmd_title_list(struct app *app);
int cmd_title_show(struct app *app);
int cmd_title_event(struct app *app);
int cmd_title_identify(struct app *app);
int cmd_mec_import(struct app *app);
int cmd_episode_add(struct app *app);
int cmd_episode_edit(struct app *app);
int cmd_season_edit(struct app *app);
int cmd_studio_add(struct app *app);
int cmd_studio_list(struct app *app);
int cmd_avails_import(struct app *app);
int cmd_avails_list(struct app *app);
int cmd_avails_show(struct app *app);
int cmd_avails_link(struct app *app);
int cmd_avails_unlink(struct app *app);
int cmd_avails_export(struct app *app);
int cmd_avails_status(struct app *app);
int cmd_deal_add(struct app *app);
int cmd_deal_edit(struct app *app);
int cmd_deal_list(struct app *app);
int cmd_deal_show(struct app *app);
int cmd_deal_remove(struct app *app);
int cmd_deal_check(struct app *app);
int cmd_rights_explain(struct app *app);
int cmd_rights_calendar(struct app *app);
int cmd_publish(struct app *app);
int cmd_withdraw(struct app *app);
int cmd_ingest(struct app *app);
int cmd_worker(struct app *app);
int cmd_job_list(struct app *app);
int cmd_job_show(struct app *app);
int cmd_job_cancel(struct app *app);
int cmd_job_retry(struct app *app);
int cmd_production_commission(struct app *app);
int cmd_production_list(struct app *app);
int cmd_production_show(struct app *app);
int cmd_production_start(struct app *app);
int cmd_production_deliver(struct app *app);
int cmd_production_accept(struct app *app);
int cmd_production_refuse(struct app *app);
int cmd_production_pay(struct app *app);
int cmd_production_release(struct app *app);
int cmd_production_cancel(struct app *app);
int cmd_caption_add(struct app *app);
int cmd_caption_list(struct app *app);
int cmd_caption_remove(struct app *app);
int cmd_member_add(struct app *app);
int cmd_member_list(struct app *app);
int cmd_member_password(struct app *app);
int cmd_member_show(struct app *app);
int cmd_member_subscribe(struct app *app);
int cmd_member_cancel(struct app *app);
int cmd_member_keep(struct app *app);
int cmd_member_stop(struct app *app);
int cmd_member_pause(struct app *app);
int cmd_member_resume(struct app *app);
int cmd_plan_add(struct app *app);
int cmd_plan_edit(struct app *app);
int cmd_plan_list(struct app *app);
int cmd_plan_price(struct app *app);
int cmd_gift_create(struct app *app);
int cmd_gift_list(struct app *app);
int cmd_gift_redeem(struct app *app);
int cmd_charge_list(struct app *app);
int cmd_charge_refund(struct app *app);
int cmd_invoice_list(struct app *app);
int cmd_invoice_show(struct app *app);
int cmd_renew(struct app *app);
int cmd_ledger_check(struct app *app);
int cmd_ledger_list(struct app *app);
int cmd_ledger_balances(struct app *app);
int cmd_ledger_payout(struct app *app);
int cmd_ledger_export(struct app *app);
int cmd_mail_list(struct app *app);
int cmd_mail_retry(struct app *app);
int cmd_member_profiles(struct app *app);
int cmd_member_streams(struct app *app);
int cmd_member_pin(struct app *app);
int cmd_territory_list(struct app *app);
int cmd_territory_show(struct app *app);
int cmd_territory_set(struct app *app);
int cmd_territory_hold(struct app *app);
int cmd_territory_postpone(struct app *app);
int cmd_territory_ready(struct app *app);
int cmd_territory_open(struct app *app);
int cmd_territory_close(struct app *app);
int cmd_territory_unplan(struct app *app);
int cmd_territory_check(struct app *app);
int cmd_territory_plan(struct app *app);
int cmd_territory_laws_list(struct app *app);
int cmd_territory_laws_import(struct app *app);
int cmd_rental_price_set(struct app *app);
int cmd_rental_price_remove(struct app *app);
int cmd_rental_price_list(struct app *app);
int cmd_rental_list(struct app *app);
int cmd_rental_show(struct app *app);
int cmd_sepa_collect(struct app *app);
int cmd_sepa_import(struct app *app);
int cmd_sepa_list(struct app *app);
int cmd_sepa_write(struct app *app);
int cmd_sepa_mandates(struct app *app);
int cmd_member_mandate(struct app *app);
int cmd_partner_add(struct app *app);
int cmd_partner_list(struct app *app);
int cmd_partner_show(struct app *app);
int cmd_partner_suspend(struct app *app);
int cmd_partner_key_add(struct app *app);
int cmd_partner_key_revoke(struct app *app);
int cmd_partner_export(struct app *app);
int cmd_partner_import(struct app *app);
int cmd_partner_bill(struct app *app);
int cmd_bundle_add(struct app *app);
int cmd_bundle_edit(struct app *app);
int cmd_bundle_list(struct app *app);
int cmd_pass_inspect(struct app *app);
int cmd_keys_list(struct app *app);
int cmd_keys_rotate(struct app *app);
int cmd_keys_cenc(struct app *app);
int cmd_keys_make(struct app *app);
int cmd_keys_rewrap(struct app *app);
int cmd_keys_seal(struct app *app);
int cmd_keys_export(struct app *app);
int cmd_keys_import(struct app *app);
int cmd_serve(struct app *app);
int cmd_help(struct app *app);
int cmd_completion(struct app *app);

extern const struct app_option options_init[], options_title_add[], options_title_edit[],
    options_title_list[], options_episode_add[], options_episode_edit[], options_season_edit[],
    options_ingest[], options_worker[], options_job_list[], options_caption_add[],
    options_caption_remove[], options_member_add[], options_member_list[],
    options_member_password[], options_member_pin[], options_production_commission[],
    options_production_deliver[], options_production_accept[], options_production_refuse[],
    options_production_pay[], options_production_release[], options_production_cancel[],
    options_territory_set[], options_territory_move[], options_territory_open[],
    options_territory_unplan[], options_territory_check[], options_territory_plan[],
    options_territory_laws_list[], options_pass_inspect[], options_serve[], options_help_command[];
extern const struct app_option options_studio_add[], options_avails_import[], options_avails_list[],
    options_avails_show[], options_avails_link[], options_avails_export[], options_avails_status[],
    options_deal_add[], options_deal_edit[], options_deal_check[], options_rights_explain[],
    options_rights_calendar[], options_publish[];
extern const struct app_option options_mail_list[], options_mail_retry[];
extern const struct app_option options_member_subscribe[], options_member_pause[],
    options_plan_add[], options_plan_edit[], options_plan_price[], options_gift_create[],
    options_gift_redeem[], options_charge_list[], options_charge_refund[], options_invoice_list[],
    options_ledger_list[], options_ledger_balances[], options_ledger_payout[],
    options_ledger_export[];
extern const struct app_option options_title_event[], options_title_identify[],
    options_mec_import[];
extern const struct app_option options_rental_price_set[], options_rental_price_remove[],
    options_rental_list[];
extern const struct app_option options_partner_add[], options_partner_suspend[],
    options_partner_key_add[], options_partner_assertion_key_end[], options_partner_export[],
    options_partner_import[], options_partner_bill[], options_bundle_add[], options_bundle_edit[];
extern const struct app_option options_partner_look[], options_box_list[], options_box_rollout[],
    options_box_version_add[];
extern const struct app_option options_sepa_collect[], options_sepa_import[], options_sepa_write[],
    options_sepa_mandates[], options_member_mandate[];
extern const struct app_option options_keys_list[], options_keys_task[], options_keys_export[];
extern const struct app_option options_keys_seal[];
extern const char deal_add_more[], deal_edit_more[]; /* further lines of their help */

#endif
