#!/usr/bin/env python3
"""A double of a card gateway, in the style of Stripe's API, that misbehaves on plan.

It speaks real HTTP: customers, pages on which a card is typed and a payment is confirmed,
payments, refunds, disputes, idempotency keys with the answers they got, signed webhooks. What it
truly charged is in its journal, so that a test can hold that against the books of the house.

In a test:      gateway = Gateway(); gateway.plan("500-after"); gateway.charged("CHARGE")
As a program:   gateway.py --port N --webhook URL --secret S [--key K] [--journal FILE]

How the next payments go (`plan`, one word each; whoever is not named is treated as usual):
  500-before     says 500 and charges nothing; the key is free
  500-after      charges, says 500, and says it again under that key
  late           charges, and answers after `lateness` seconds
  late-before    waits `lateness` seconds, then charges
  hang-up        charges, and hangs up without a word
  hang-up-before hangs up and charges nothing
  short          charges, and sends less than it said it would
  garbage        charges, and answers with something that is no JSON
  429, 409       says so and charges nothing
  processing     takes the payment, which is decided later (settle, fail)
How the next webhooks go (`webhook_plan`): drop, twice (the same bytes again), again (signed anew),
hold (kept until `release`, which sends them newest first), late (after `lateness` seconds).
"""
import argparse
import collections
import hashlib
import hmac
import html
import http.client
import http.server
import json
import re
import secrets
import threading
import time
import urllib.parse

# number: (brand, what a payment comes to). Those of Stripe's testing page, where it has one.
CARDS = {
    "4242424242424242": ("visa", "pays"),
    "5555555555554444": ("mastercard", "pays"),
    "378282246310005": ("amex", "pays"),
    "4000000000000002": ("visa", "refused-on-page"),
    "4000000000000341": ("visa", "generic_decline"),
    "4000000000009995": ("visa", "insufficient_funds"),
    "4000000000009987": ("visa", "lost_card"),
    "4000000000009979": ("visa", "stolen_card"),
    "4000000000000069": ("visa", "expired_card"),
    "4000002760003184": ("visa", "confirm"),
    "4000000000000259": ("visa", "dispute"),
}
THREE_DIGITS = ("bhd", "jod", "kwd", "omr", "tnd")
NO_DIGITS = ("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv",
             "xaf", "xof", "xpf")

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width"></head>
<body><main><h1>{title}</h1>{body}</main></body></html>"""
CARD_FORM = """<p role="alert">{alert}</p>
<form method="post">
<p><label>Card number <input name="number" inputmode="numeric" autocomplete="cc-number"
required></label></p>
<p><label>Expiry <input name="expiry" placeholder="MM/YY" autocomplete="cc-exp"
required></label></p>
<p><label>Security code <input name="cvc" inputmode="numeric" autocomplete="cc-csc"
required></label></p>
<p><button name="do" value="save">Save card</button></p></form>
<p><a href="{cancel}">Back</a></p>"""
CONFIRM_FORM = """<p>{amount}</p><form method="post">
<p><button name="do" value="confirm">Confirm payment</button>
<button name="do" value="refuse">Refuse payment</button></p></form>"""


class Refusal(Exception):
    """An answer that is an error."""

    def __init__(self, status, kind, code=None, **more):
        super().__init__(kind, code)
        self.status = status
        self.body = {"error": {"type": kind, **({"code": code} if code else {}), **more}}


class HangUp(Exception):
    """The connection ends without an answer."""


def new_id(kind):
    return f"{kind}_{secrets.token_hex(12)}"


def sign(secret, body, at):
    """The header Stripe-Signature of a body sent at a second."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={mac}"


def fields(form, prefix):
    """{"charge": ...} of metadata[charge]=..."""
    return {k[len(prefix) + 1:-1]: v for k, v in form.items() if k.startswith(prefix + "[")}


class Gateway:
    """The gateway, and the door to look behind it."""

    def __init__(self, port=0, webhook=None, secret="whsec_double", key="sk_test_double",
                 journal=None):
        self.secret = secret
        self.key = key
        self.webhook = webhook
        self.journal_file = journal
        self.lateness = 3.0
        self.retries = 5            # of a webhook that was not taken
        self.retry_after = 0.5
        self.clock_ahead = 0.0      # seconds; for a house that lives at another instant
        self.journal = []           # what truly happened to money, in order
        self.requests = []          # (method, path, form)
        self.deliveries = []        # (event id, status or None) of webhooks
        self.funds = set()          # numbers that have money again
        self.lock = threading.RLock()
        self._plan = collections.deque()
        self._webhook_plan = collections.deque()
        self._held = []
        self._keys = {}             # key: (path, form, (status, body) or None while at it)
        self._of_kind = collections.defaultdict(dict)
        self._threads = []
        self.is_open = True
        handler = type("Handler", (Handler,), {"gateway": self})
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def close(self):
        self.is_open = False
        self.server.shutdown()
        self.server.server_close()

    def now(self):
        return int(time.time() + self.clock_ahead)

    # ---- what a test says and asks ---------------------------------------------------------------

    def plan(self, *words):
        """How the next payments go."""
        with self.lock:
            self._plan.extend(words)

    def plan_over(self):
        """All is well from now on."""
        with self.lock:
            self._plan.clear()

    def webhook_plan(self, *words):
        """How the next webhooks go."""
        with self.lock:
            self._webhook_plan.extend(words)

    def release(self):
        """Sends the webhooks that were held, newest first."""
        with self.lock:
            held, self._held = self._held[::-1], []
        for event in held:
            self._deliver(event)

    def forget_keys(self):
        """As after a day."""
        with self.lock:
            self._keys.clear()

    def charged(self, charge=None):
        """Minor units truly taken and not given back, by charge of the house; or of one."""
        sums = collections.Counter()
        with self.lock:
            for row in self.journal:
                sums[row["charge"]] += {"charged": 1, "refunded": -1, "disputed": -1,
                                        "reinstated": 1}[row["what"]] * row["amount"]
        return dict(sums) if charge is None else sums[charge]

    def times_charged(self):
        """How often each charge of the house was truly charged."""
        with self.lock:
            return dict(collections.Counter(
                row["charge"] for row in self.journal if row["what"] == "charged"))

    def payments(self, charge=None):
        with self.lock:
            return [p for p in self._of_kind["pi"].values()
                    if charge is None or p["metadata"].get("charge") == charge]

    def charge_of(self, payment):
        """The gateway's own charge of a payment."""
        with self.lock:
            return dict(self._of_kind["ch"][self._of_kind["pi"][payment]["latest_charge"]])

    def revive(self, payment):
        """A payment that was ended can be confirmed after all, which should never be."""
        with self.lock:
            self._of_kind["pi"][payment].update(status="requires_action")

    def settle(self, payment):
        """A payment that was being processed is paid."""
        with self.lock:
            self._pay(self._of_kind["pi"][payment])

    def fail(self, payment, code="generic_decline"):
        """A payment that was being processed is not paid."""
        with self.lock:
            self._decline(self._of_kind["pi"][payment], code)

    def refund(self, payment, amount=None):
        """Somebody gives money back by hand, at the gateway's own desk."""
        with self.lock:
            return self._refund({"payment_intent": payment,
                                 **({"amount": str(amount)} if amount else {})})

    def dispute(self, payment):
        """The cardholder's bank takes the money back."""
        with self.lock:
            return self._dispute(self._of_kind["pi"][payment])

    def end_dispute(self, dispute, status):
        """won: the money comes back; lost: it does not."""
        with self.lock:
            found = self._of_kind["dp"][dispute]
            found["status"] = status
            if status == "won":
                self._note("reinstated", self._of_kind["pi"][found["payment_intent"]],
                           found["amount"])
            self._tell("charge.dispute.closed", found)

    def type_card(self, page, number="4242424242424242", expiry="12/34"):
        """Fills in the page for a card as a person would; where it leads, None when it stays."""
        parts = urllib.parse.urlsplit(page)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
        body = urllib.parse.urlencode({"number": number, "expiry": expiry, "cvc": "123",
                                       "do": "save"})
        connection.request("POST", parts.path, body,
                           {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.headers["Location"]

    def press(self, page, button):
        """Presses a button of the page that confirms a payment: confirm or refuse."""
        parts = urllib.parse.urlsplit(page)
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
        connection.request("POST", parts.path, urllib.parse.urlencode({"do": button}),
                           {"Content-Type": "application/x-www-form-urlencoded"})
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.headers["Location"]

    def send(self, kind, thing):
        """An event about anything, signed as it should be; the status it was answered with."""
        return self.post(json.dumps(self._event(kind, thing)).encode())

    def post(self, body, signature=None, at=None):
        """A webhook with these bytes; signature None: the right one."""
        parts = urllib.parse.urlsplit(self.webhook)
        if signature is None:
            signature = sign(self.secret, body, self.now() if at is None else at)
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if signature:
            headers["Stripe-Signature"] = signature
        connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
        try:
            connection.request("POST", parts.path, body, headers)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        return answer.status, text

    # ---- things ----------------------------------------------------------------------------------

    def _new(self, kind, **more):
        thing = {"id": new_id(kind), "created": self.now(), "livemode": False, **more}
        self._of_kind[kind][thing["id"]] = thing
        return thing

    def _get(self, kind, name, param="id"):
        if name not in self._of_kind[kind]:
            raise Refusal(404 if param == "id" else 400, "invalid_request_error",
                          "resource_missing", param=param)
        return self._of_kind[kind][name]

    def _note(self, what, payment, amount):
        row = {"what": what, "payment": payment["id"], "amount": amount,
               "currency": payment["currency"], "charge": payment["metadata"].get("charge"),
               "try": payment["metadata"].get("try"), "at": self.now()}
        self.journal.append(row)
        if self.journal_file:
            with open(self.journal_file, "a", encoding="utf-8") as out:
                out.write(json.dumps(row) + "\n")

    def _amount(self, form):
        text, currency = form.get("amount", ""), form.get("currency", "")
        if not re.fullmatch(r"[1-9][0-9]{0,7}", text):
            raise Refusal(400, "invalid_request_error", "parameter_invalid_integer", param="amount")
        if currency in THREE_DIGITS and not text.endswith("0"):
            raise Refusal(400, "invalid_request_error", "invalid_amount", param="amount")
        if currency in ("isk", "ugx") and not text.endswith("00"):
            raise Refusal(400, "invalid_request_error", "invalid_amount", param="amount")
        if not re.fullmatch(r"[a-z]{3}", currency):
            raise Refusal(400, "invalid_request_error", "parameter_invalid", param="currency")
        return int(text), currency

    def _customer(self, form):
        return {**self._new("cus", object="customer", email=form.get("email"),
                            metadata=fields(form, "metadata"))}

    def _session(self, form):
        if form.get("mode") != "setup" or not form.get("success_url"):
            raise Refusal(400, "invalid_request_error", "parameter_missing", param="mode")
        self._get("cus", form.get("customer"), "customer")
        session = self._new("cs", object="checkout.session", mode="setup", status="open",
                            customer=form["customer"], success_url=form["success_url"],
                            cancel_url=form.get("cancel_url"), setup_intent=None,
                            client_reference_id=form.get("client_reference_id"),
                            metadata=fields(form, "metadata"))
        intent = self._new("seti", object="setup_intent", status="requires_payment_method",
                           customer=form["customer"], payment_method=None)
        session["setup_intent"] = intent["id"]
        session["url"] = f"{self.url}/page/{session['id']}#card"
        return dict(session)

    def _expanded_session(self, session):
        shown = dict(session)
        shown["setup_intent"] = dict(self._of_kind["seti"][session["setup_intent"]])
        method = shown["setup_intent"]["payment_method"]
        if method:
            card = {k: v for k, v in self._of_kind["pm"][method].items() if k != "number"}
            shown["setup_intent"]["payment_method"] = card
        return shown

    def _finish_session(self, session, form):
        """None when the card is kept, else what is wrong with it."""
        number = re.sub(r"[ -]", "", form.get("number", ""))
        expiry = re.fullmatch(r"(\d\d) ?/ ?(\d\d)", form.get("expiry", "").strip())
        if number not in CARDS or not expiry or not 1 <= int(expiry[1]) <= 12:
            return "This card number or expiry is not valid."
        brand, how = CARDS[number]
        if how == "refused-on-page":
            return "This card was declined."
        method = self._new(
            "pm", object="payment_method", type="card", customer=session["customer"], number=number,
            card={"brand": brand, "last4": number[-4:], "exp_month": int(expiry[1]),
                  "exp_year": 2000 + int(expiry[2]),
                  "fingerprint": hashlib.sha256(number.encode()).hexdigest()[:16]})
        intent = self._of_kind["seti"][session["setup_intent"]]
        intent.update(status="succeeded", payment_method=method["id"])
        session["status"] = "complete"
        self._tell("checkout.session.completed", session)
        return None

    # ---- payments --------------------------------------------------------------------------------

    def _payment(self, form, processing=False):
        amount, currency = self._amount(form)
        self._get("cus", form.get("customer"), "customer")
        method = self._get("pm", form.get("payment_method"), "payment_method")
        if method["customer"] != form["customer"]:
            raise Refusal(400, "invalid_request_error", "resource_missing", param="payment_method")
        payment = self._new("pi", object="payment_intent", amount=amount, amount_received=0,
                            currency=currency, customer=form["customer"],
                            payment_method=method["id"], description=form.get("description"),
                            status="requires_confirmation", metadata=fields(form, "metadata"),
                            latest_charge=None, last_payment_error=None, next_action=None,
                            return_url=form.get("return_url"))
        how = CARDS[method["number"]][1]
        if method["number"] in self.funds:
            how = "pays"
        if processing:
            payment["status"] = "processing"
            self._tell("payment_intent.processing", payment)
        elif how == "confirm":
            self._ask_for_confirmation(payment, form)
        elif how in ("pays", "dispute"):
            self._pay(payment)
            if how == "dispute":
                self._dispute(payment)
        else:
            self._decline(payment, how)
            raise self._declined(payment)
        return dict(payment)

    def _ask_for_confirmation(self, payment, form):
        if form.get("off_session") == "true":
            self._decline(payment, "authentication_required", code="authentication_required")
            raise self._declined(payment)
        payment["status"] = "requires_action"
        payment["next_action"] = {"type": "redirect_to_url", "redirect_to_url": {
            "url": f"{self.url}/confirm/{payment['id']}", "return_url": payment["return_url"]}}
        self._tell("payment_intent.requires_action", payment)

    def _pay(self, payment):
        charge = self._new("ch", object="charge", amount=payment["amount"], amount_refunded=0,
                           currency=payment["currency"], payment_intent=payment["id"],
                           disputed=False, refunded=False, metadata=payment["metadata"])
        payment.update(status="succeeded", amount_received=payment["amount"], next_action=None,
                       latest_charge=charge["id"], last_payment_error=None)
        self._note("charged", payment, payment["amount"])
        self._tell("payment_intent.succeeded", payment)

    def _decline(self, payment, decline, code="card_declined"):
        code = decline if decline == "expired_card" else code
        payment.update(status="requires_payment_method", next_action=None, last_payment_error={
            "type": "card_error", "code": code, "decline_code": decline,
            "message": "Your card was declined."})
        self._tell("payment_intent.payment_failed", payment)

    @staticmethod
    def _declined(payment):
        error = payment["last_payment_error"]
        return Refusal(402, "card_error", error["code"], decline_code=error["decline_code"],
                       message=error["message"], payment_intent=dict(payment))

    def _confirm(self, payment, form):
        if payment["status"] != "requires_action":
            return
        if form.get("do") == "confirm":
            self._pay(payment)
        else:
            self._decline(payment, "authentication_failure",
                          code="payment_intent_authentication_failure")

    def _cancel(self, payment):
        if payment["status"] in ("succeeded", "canceled", "processing"):
            raise Refusal(400, "invalid_request_error", "payment_intent_unexpected_state",
                          payment_intent=dict(payment))
        payment.update(status="canceled", next_action=None)
        self._tell("payment_intent.canceled", payment)
        return dict(payment)

    def _shown_payment(self, payment, query):
        shown = dict(payment)
        if "latest_charge" in query.get("expand[]", []) and payment["latest_charge"]:
            shown["latest_charge"] = dict(self._of_kind["ch"][payment["latest_charge"]])
        return shown

    def _refund(self, form):
        payment = self._get("pi", form.get("payment_intent"), "payment_intent")
        if payment["status"] != "succeeded":
            raise Refusal(400, "invalid_request_error", "charge_not_captured")
        charge = self._of_kind["ch"][payment["latest_charge"]]
        left = charge["amount"] - charge["amount_refunded"]
        amount = int(form["amount"]) if "amount" in form else left
        if left == 0:
            raise Refusal(400, "invalid_request_error", "charge_already_refunded")
        if not 0 < amount <= left:
            raise Refusal(400, "invalid_request_error", "amount_too_large", param="amount")
        refund = self._new("re", object="refund", amount=amount, currency=payment["currency"],
                           payment_intent=payment["id"], charge=charge["id"], status="succeeded",
                           metadata=fields(form, "metadata"))
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self._note("refunded", payment, amount)
        self._tell("charge.refunded", charge)
        return dict(refund)

    def _dispute(self, payment):
        charge = self._of_kind["ch"][payment["latest_charge"]]
        dispute = self._new("dp", object="dispute", amount=charge["amount"],
                            currency=charge["currency"], charge=charge["id"],
                            payment_intent=payment["id"], reason="fraudulent",
                            status="needs_response", metadata={})
        charge["disputed"] = True
        self._note("disputed", payment, charge["amount"])
        self._tell("charge.dispute.created", dispute)
        self._tell("charge.dispute.funds_withdrawn", dispute)
        return dict(dispute)

    def _list(self, kind, query, by):
        wanted = query.get(by, [None])[0]
        found = [dict(t) for t in self._of_kind[kind].values() if wanted in (None, t.get(by))]
        found.reverse()
        after = query.get("starting_after", [None])[0]
        if after:
            names = [t["id"] for t in found]
            found = found[names.index(after) + 1:] if after in names else []
        limit = int(query.get("limit", ["10"])[0])
        return {"object": "list", "has_more": len(found) > limit, "data": found[:limit]}

    # ---- requests --------------------------------------------------------------------------------

    def answer(self, method, path, query, form):
        """What the API says to a request; raises a Refusal."""
        parts = path.strip("/").split("/")[1:]
        with self.lock:
            if method == "POST" and parts == ["customers"]:
                return self._customer(form)
            if method == "POST" and parts == ["checkout", "sessions"]:
                return self._session(form)
            if method == "GET" and parts[:2] == ["checkout", "sessions"] and len(parts) == 3:
                session = self._get("cs", parts[2])
                wanted = query.get("expand[]", [])
                return (self._expanded_session(session)
                        if "setup_intent.payment_method" in wanted else dict(session))
            if method == "GET" and parts == ["payment_intents"]:
                return self._list("pi", query, "customer")
            if method == "GET" and parts == ["disputes"]:
                return self._list("dp", query, "payment_intent")
            if method == "GET" and parts == ["refunds"]:
                return self._list("re", query, "payment_intent")
            if method == "POST" and parts == ["refunds"]:
                return self._refund(form)
            if method == "GET" and parts[0] == "payment_intents" and len(parts) == 2:
                return self._shown_payment(self._get("pi", parts[1]), query)
            if method == "POST" and parts[0] == "payment_intents" and parts[2:] == ["cancel"]:
                return self._cancel(self._get("pi", parts[1]))
        raise Refusal(404, "invalid_request_error", "url_invalid")

    def pay(self, form):
        """A payment, as the plan has it: (status, body, how to send it)."""
        with self.lock:
            how = self._plan.popleft() if self._plan else "usual"
        if how in ("429", "409"):
            code = {"429": "rate_limit", "409": "idempotency_key_in_use"}[how]
            raise Refusal(int(how), "invalid_request_error", code, stored=False)
        if how == "500-before":
            raise Refusal(500, "api_error", stored=False)
        if how == "hang-up-before":
            raise HangUp()
        if how == "late-before":
            time.sleep(self.lateness)
        with self.lock:
            body = self._payment(form, processing=how == "processing")
        if how == "500-after":
            return 500, {"error": {"type": "api_error"}}, how
        return 200, body, how

    def once(self, key, path, form):
        """(status, body, how to send it) of a POST, done once under its key."""
        with self.lock:
            kept = self._keys.get(key) if key else None
            if kept and (kept[0], kept[1]) != (path, form):
                raise Refusal(400, "idempotency_error")
            if kept and kept[2] is None:
                raise Refusal(409, "invalid_request_error", "idempotency_key_in_use")
            if kept:
                return (*kept[2], "usual")
            if key:
                self._keys[key] = (path, form, None)
        try:
            if path == "/v1/payment_intents":
                status, body, how = self.pay(form)
            else:
                status, body, how = 200, self.answer("POST", path, {}, form), "usual"
        except Refusal as refusal:
            status, body, how = refusal.status, refusal.body, "usual"
            if body["error"].pop("stored", True) is False:
                with self.lock:
                    self._keys.pop(key, None)
                return status, body, how
        except HangUp:
            with self.lock:
                self._keys.pop(key, None)
            raise
        if key:
            with self.lock:
                self._keys[key] = (path, form, (status, body))
        return status, body, how

    def page(self, method, path, form):
        """(status, html, location) of what people see."""
        _, kind, name = (path + "//").split("/")[:3]
        with self.lock:
            if kind == "page" and name in self._of_kind["cs"]:
                session = self._of_kind["cs"][name]
                alert = ""
                if method == "POST" and session["status"] == "open":
                    alert = self._finish_session(session, form)
                if session["status"] == "complete":
                    back = session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])
                    return 303, "", back
                cancel = html.escape(session["cancel_url"] or "/")
                body = CARD_FORM.format(alert=html.escape(alert), cancel=cancel)
                return 200, PAGE.format(title="Your card", body=body), None
            if kind == "confirm" and name in self._of_kind["pi"]:
                payment = self._of_kind["pi"][name]
                if method == "POST":
                    self._confirm(payment, form)
                if payment["status"] != "requires_action":
                    back = payment["return_url"] or "/"
                    status = "succeeded" if payment["status"] == "succeeded" else "failed"
                    glue = "&" if "?" in back else "?"
                    return 303, "", (f"{back}{glue}payment_intent={payment['id']}"
                                     f"&redirect_status={status}")
                amount = f"{payment['amount']} {payment['currency'].upper()}"
                return 200, PAGE.format(title="Your bank asks",
                                        body=CONFIRM_FORM.format(amount=amount)), None
        return 404, PAGE.format(title="There is no such page", body=""), None

    # ---- webhooks --------------------------------------------------------------------------------

    def _event(self, kind, thing):
        return {"id": new_id("evt"), "object": "event", "api_version": "2024-06-20",
                "created": self.now(), "type": kind, "data": {"object": thing}}

    def _tell(self, kind, thing):
        event = self._event(kind, json.loads(json.dumps(thing)))
        if not self.webhook or not self.is_open:
            return
        how = self._webhook_plan.popleft() if self._webhook_plan else "usual"
        if how == "drop":
            return
        if how == "hold":
            self._held.append(event)
            return
        threading.Thread(target=self._deliver, args=(event, how), daemon=True).start()

    def _deliver(self, event, how="usual"):
        """Sends until it is taken, each time signed anew."""
        body = json.dumps(event).encode()
        if how == "late":
            time.sleep(self.lateness)
        for attempt in range(1 + self.retries):
            if not self.is_open:
                return
            signature = sign(self.secret, body, self.now())
            status = self._deliver_once(event, body, signature)
            if how == "twice":
                self._deliver_once(event, body, signature)
            if status is not None and 200 <= status < 300:
                break
            time.sleep(self.retry_after * (attempt + 1))
        if how == "again":
            time.sleep(1.1)  # another second, another signature
            self._deliver_once(event, body, sign(self.secret, body, self.now()))

    def _deliver_once(self, event, body, signature):
        try:
            status = self.post(body, signature)[0]
        except (OSError, http.client.HTTPException):
            status = None
        with self.lock:
            self.deliveries.append((event["id"], event["type"], status))
        return status


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection."""

    gateway = None
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def _form(self):
        size = int(self.headers.get("Content-Length") or 0)
        text = self.rfile.read(size).decode()
        return dict(urllib.parse.parse_qsl(text, keep_blank_values=True))

    def _send(self, status, body, kind="application/json", location=None, how="usual"):
        if how == "late":
            time.sleep(self.gateway.lateness)
        if how == "hang-up":
            raise HangUp()
        if how == "garbage":
            body = b"<html>502</html>"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        if how == "short":
            body = body[:len(body) // 2]
            self.close_connection = True
        self.wfile.write(body)

    def do_GET(self):
        self._handle("GET", {})

    def do_POST(self):
        self._handle("POST", self._form())

    def _handle(self, method, form):
        gateway, parts = self.gateway, urllib.parse.urlsplit(self.path)
        try:
            if parts.path.startswith("/double/"):
                self._behind(method, parts.path, form)
            elif parts.path.startswith("/v1/"):
                with gateway.lock:
                    gateway.requests.append((method, self.path, form))
                self._api(method, parts, form)
            else:
                status, text, location = gateway.page(method, parts.path, form)
                self._send(status, text.encode(), "text/html; charset=utf-8", location)
        except HangUp:
            self.close_connection = True
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _api(self, method, parts, form):
        gateway, how = self.gateway, "usual"
        try:
            if self.headers.get("Authorization") != f"Bearer {gateway.key}":
                raise Refusal(401, "invalid_request_error")
            if method == "POST":
                key = self.headers.get("Idempotency-Key")
                status, body, how = gateway.once(key, parts.path, form)
            else:
                query = urllib.parse.parse_qs(parts.query)
                status, body = 200, gateway.answer("GET", parts.path, query, {})
        except Refusal as refusal:
            status, body = refusal.status, refusal.body
        self._send(status, json.dumps(body).encode(), how=how)

    def _behind(self, method, path, form):
        """For tests that do not run in this process: /double/journal, /double/plan (words=...)."""
        gateway = self.gateway
        if method == "POST" and path == "/double/plan":
            gateway.plan(*form.get("words", "").split())
        elif method == "POST" and path == "/double/funds":
            gateway.funds.add(form.get("number"))
        with gateway.lock:
            self._send(200, json.dumps(gateway.journal).encode())


def main():
    parser = argparse.ArgumentParser(description="A double of a card gateway.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--webhook", help="where events go: http://HOST:PORT/api/v1/webhooks/card")
    parser.add_argument("--secret", default="whsec_double", help="that webhooks are signed with")
    parser.add_argument("--key", default="sk_test_double", help="that the house signs in with")
    parser.add_argument("--journal", help="file to which what is charged is added, a line each")
    args = parser.parse_args()
    gateway = Gateway(args.port, args.webhook, args.secret, args.key, args.journal)
    print(gateway.url, flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        gateway.close()


if __name__ == "__main__":
    main()
