"""A bank: takes collection files and says what became of them, as banks do."""
import datetime
import decimal
import xml.etree.ElementTree as ElementTree

SCHEMAS = "urn:iso:std:iso:20022:tech:xsd:"
OURS = "FR7630006000011234567890189"


class Debit:
    """One debit of a collection file."""

    def __init__(self, element, space):
        def text(path):
            return element.findtext("/".join(space + part for part in path.split("/")))

        self.id = text("PmtId/EndToEndId")
        self.amount = decimal.Decimal(text("InstdAmt"))
        self.currency = element.find(space + "InstdAmt").get("Ccy")
        self.mandate = text("DrctDbtTx/MndtRltdInf/MndtId")
        self.agreed = text("DrctDbtTx/MndtRltdInf/DtOfSgntr")
        self.holder = text("Dbtr/Nm")
        self.iban = text("DbtrAcct/Id/IBAN")


class Collection:
    """A collection file (pain.008) as the bank reads it: what adds up is checked."""

    def __init__(self, path):
        root = ElementTree.parse(path).getroot()
        space = root.tag[:root.tag.index("}") + 1]
        self.version = space[len(SCHEMAS) + 1:-1]
        start = root[0]

        def texts(name):
            return [e.text for e in start.iter(space + name)]

        self.id = texts("MsgId")[0]
        self.batch = texts("PmtInfId")[0]
        self.due = datetime.date.fromisoformat(texts("ReqdColltnDt")[0])
        self.debits = [Debit(e, space) for e in start.iter(space + "DrctDbtTxInf")]
        self.sum = sum(d.amount for d in self.debits)
        assert texts("NbOfTxs") == [str(len(self.debits))] * 2
        assert [decimal.Decimal(t) for t in texts("CtrlSum")] == [self.sum] * 2
        assert len({d.id for d in self.debits}) == len(self.debits)

    def debit(self, holder):
        (found,) = [d for d in self.debits if d.holder == holder]
        return found


def document(version, inside):
    return (f'<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="{SCHEMAS}{version}">'
            f"{inside}</Document>\n")


def tag(name, text, attributes=""):
    return f"<{name}{attributes}>{text}</{name}>"


def amount(name, value, currency="EUR"):
    return tag(name, value, f' Ccy="{currency}"')


# ---- statements ------------------------------------------------------------------------------


def entry(value, way, details="", status="BOOK", version="02", currency="EUR", day="2026-11-25"):
    said = tag("Cd", status) if version == "08" else status
    return tag("Ntry", amount("Amt", value, currency) + tag("CdtDbtInd", way) + tag("Sts", said)
               + tag("BookgDt", tag("Dt", day))
               + tag("BkTxCd", tag("Prtry", tag("Cd", "171")))
               + (tag("NtryDtls", details) if details else ""))


def transaction(debit_id, value, currency="EUR", reason="", info="", mandate="", own=""):
    """own: the amount and direction that the edition of 2013 wants to have of its own."""
    references = tag("EndToEndId", debit_id) + (tag("MndtId", mandate) if mandate else "")
    back = tag("RtrInf", tag("Rsn", tag("Cd", reason)) + (tag("AddtlInf", info) if info else "")) \
        if reason else ""
    return tag("TxDtls", tag("Refs", references) + own
               + tag("AmtDtls", tag("InstdAmt", amount("Amt", value, currency))) + back)


def statement(*entries, version="02", account=OURS, name="S1", kind="053"):
    outer, inner = {"053": ("BkToCstmrStmt", "Stmt"),
                    "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn")}[kind]
    balance = tag("Bal", tag("Tp", tag("CdOrPrtry", tag("Cd", "OPBD"))) + amount("Amt", "0")
                  + tag("CdtDbtInd", "CRDT") + tag("Dt", tag("Dt", "2026-11-25")))
    head = tag("GrpHdr", tag("MsgId", name) + tag("CreDtTm", "2026-11-26T06:00:00"))
    body = tag(inner, tag("Id", name) + tag("CreDtTm", "2026-11-26T06:00:00")
               + tag("Acct", tag("Id", tag("IBAN", account)))
               + (balance if kind == "053" else "") + "".join(entries))
    return document(f"camt.{kind}.001.{version}", tag(outer, head + body))


def own_amount(value, way, version, currency="EUR"):
    return amount("Amt", value, currency) + tag("CdtDbtInd", way) if version == "04" else ""


def batch_credit(collection, value=None, n=None, version="02"):
    """The whole file as one sum."""
    details = tag("Btch", tag("MsgId", collection.id) + tag("PmtInfId", collection.batch)
                  + (tag("NbOfTxs", n) if n else ""))
    return entry(collection.sum if value is None else value, "CRDT", details, version=version)


def credit(debit, value=None, **more):
    value = debit.amount if value is None else value
    currency = more.pop("currency", "EUR")
    mandate = more.pop("mandate", "")
    own = own_amount(value, "CRDT", more.get("version"), currency)
    return entry(value, "CRDT", transaction(debit.id, value, currency, mandate=mandate, own=own),
                 currency=currency, **more)


def comes_back(debit, reason, info="", fee="3.00", **more):
    """A returned debit: the bank takes the amount and its fee."""
    taken = debit.amount + decimal.Decimal(fee)
    own = own_amount(taken, "DBIT", more.get("version"))
    return entry(taken, "DBIT",
                 transaction(debit.id, debit.amount, reason=reason, info=info, own=own), **more)


# ---- status reports --------------------------------------------------------------------------


def report(collection, *debits, group="", reason="", version="03", about="pain.008.001.08"):
    """debits: (debit, status, reason) each; without any the whole file has the status."""
    why = tag("StsRsnInf", tag("Rsn", tag("Cd", reason))) if reason else ""
    head = (tag("GrpHdr", tag("MsgId", "R1") + tag("CreDtTm", "2026-11-24T06:00:00"))
            + tag("OrgnlGrpInfAndSts", tag("OrgnlMsgId", collection.id)
                  + tag("OrgnlMsgNmId", about) + (tag("GrpSts", group) if group else "") + why))
    rows = "".join(
        tag("TxInfAndSts", tag("OrgnlEndToEndId", debit.id) + tag("TxSts", status)
            + (tag("StsRsnInf", tag("Rsn", tag("Cd", code))) if code else "")
            + tag("OrgnlTxRef", tag("Amt", amount("InstdAmt", debit.amount))))
        for debit, status, code in debits)
    batch = tag("OrgnlPmtInfAndSts", tag("OrgnlPmtInfId", collection.batch) + rows) if rows else ""
    return document(f"pain.002.001.{version}", tag("CstmrPmtStsRpt", head + batch))
