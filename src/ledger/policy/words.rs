//! Every reason of the decision in German and English. Knows no rule: what is said here was decided in `step`.

use jiff::civil::{Date, Time};
use rust_decimal::Decimal;

use super::day::method_in_words;
use super::due::Basis;
use super::{Flight, Level, Policy};
use crate::ledger::books::{Fate, Gap, PaymentState};
use crate::ledger::event::{Answered, Bounced};
use crate::ledger::note::{count, date_in, money_in};
use crate::ledger::reasons::said;
use crate::ledger::{Language, Money, Note, PaymentMethod};

use Language::{De, En};

fn both(day: Date) -> (String, String) {
    (date_in(De, day), date_in(En, day))
}

pub(super) fn not_reminded(method: PaymentMethod) -> Note {
    let (de, en) = method_in_words(method);
    Note::plain(
        format!("Zahlungsart {de}: wird nicht gemahnt"),
        format!("paid by {en}: not reminded"),
    )
}

pub(super) fn unknown_method(shop: &str) -> Note {
    Note::hold(
        format!(
            "die Mail nennt keine Zahlungsart; `default_payment` beim Shop `{shop}` in der Konfiguration hilft"
        ),
        format!(
            "the mail names no payment method; set `default_payment` of the shop `{shop}` in the configuration"
        ),
    )
}

pub(super) fn unknown_shop(shop: &str) -> Note {
    Note::hold(
        format!(
            "der Shop `{shop}` steht nicht (mehr) in der Konfiguration, sein Konto ist unbekannt"
        ),
        format!("the shop `{shop}` is not in the configuration (any more), its account is unknown"),
    )
}

pub(super) fn due(day: Date, basis: Basis) -> Note {
    let (de, en) = both(day);
    basis.note(&de, &en)
}

pub(super) fn ordered(day: Date) -> Note {
    let (de, en) = both(day);
    Note::plain(
        format!("bestellt am {de}, im Voraus zu zahlen"),
        format!("ordered on {en}, to be paid in advance"),
    )
}

pub(super) fn taken(name: &str, on: Date, deadline: Date) -> Note {
    let ((de, en), (frist, deadline)) = (both(on), both(deadline));
    Note::plain(
        format!("`{name}` ging am {de} hinaus, Frist {frist}"),
        format!("`{name}` went out on {en}, deadline {deadline}"),
    )
}

pub(super) fn level_due(level: Level, name: &str, day: Date) -> Note {
    let (de, en) = both(day);
    Note::plain(
        format!("Stufe {level} `{name}` ab {de}"),
        format!("level {level} `{name}` from {en}"),
    )
}

pub(super) fn stopped() -> Note {
    Note::hold(
        "aller Versand ist angehalten (`start` beginnt wieder)",
        "all sending is stopped (`start` begins again)",
    )
}

pub(super) fn old(start: Date) -> Note {
    let (de, en) = both(start);
    Note::hold(
        format!("bestellt vor dem Beginn am {de}: nur gelistet, bis Sie es freigeben"),
        format!("ordered before the start on {en}: only listed until you release it"),
    )
}

pub(super) fn no_address() -> Note {
    Note::hold(
        "keine E-Mail-Adresse des Kunden bekannt",
        "no e-mail address of the customer is known",
    )
}

pub(super) fn disputed(reason: &str) -> Note {
    let tail = if reason.is_empty() {
        String::new()
    } else {
        format!(": {reason}")
    };
    Note::hold(format!("bestritten{tail}"), format!("disputed{tail}"))
}

pub(super) fn paused(until: Option<Date>) -> Note {
    match until.map(both) {
        Some((de, en)) => Note::hold(
            format!("pausiert bis einschließlich {de}"),
            format!("paused until {en} inclusive"),
        ),
        None => Note::hold(
            "pausiert, bis Sie `weiter` schreiben",
            "paused until you write `resume`",
        ),
    }
}

pub(super) fn contradiction(reason: &str) -> Note {
    Note::hold(
        format!(
            "die Mails zu dieser Bestellung widersprechen sich: {}",
            said(reason, De)
        ),
        format!(
            "the mails about this order contradict each other: {}",
            said(reason, En)
        ),
    )
}

pub(super) fn touched(state: &PaymentState, policy: &Policy) -> Note {
    let payment = &state.payment;
    if let (Fate::Short(_), Some(rest)) = (&state.fate, &state.rest) {
        let note = rest.in_words();
        return Note::hold(note.de, note.en);
    }
    let (de, en) = both(payment.booked.unwrap_or_else(|| policy.civil(state.key.at)));
    let (von, from) = match &payment.payer {
        Some(payer) => (format!(" von {payer}"), format!(" from {payer}")),
        None => (String::new(), String::new()),
    };
    Note::hold(
        format!(
            "{}{von} vom {de} könnte dazu gehören",
            money_in(De, payment.amount)
        ),
        format!(
            "{}{from} of {en} may belong to it",
            money_in(En, payment.amount)
        ),
    )
}

pub(super) fn answered(on: Date, answered: &Answered) -> Note {
    let ((de, en), from) = (both(on), &answered.from);
    Note::hold(
        format!("{from} hat am {de} geantwortet (`weiter` gibt frei)"),
        format!("{from} replied on {en} (`resume` releases)"),
    )
}

pub(super) fn bounced(on: Date, bounced: &Bounced) -> Note {
    let ((de, en), reason) = (both(on), &bounced.reason);
    Note::hold(
        format!("ein Schreiben kam am {de} zurück: {reason}"),
        format!("a letter came back on {en}: {reason}"),
    )
}

pub(super) fn flight(flight: &Flight, doubt: bool) -> Note {
    match (flight.tried, doubt) {
        (_, true) => Note::hold(
            "ob ein Schreiben an den Kunden ankam, ist unbekannt; Sie sind gefragt",
            "whether a letter to the customer arrived is unknown; you are asked",
        ),
        (Some(_), false) => Note::hold(
            "ein Schreiben an den Kunden ist unterwegs, sein Beleg wird abgewartet",
            "a letter to the customer is under way, its copy is waited for",
        ),
        (None, false) => Note::hold(
            "ein Schreiben an den Kunden wird gerade versandt",
            "a letter to the customer is being sent",
        ),
    }
}

pub(super) fn kept_open() -> Note {
    Note::plain(
        "bleibt offen, ohne weitere Schreiben, wie Sie es wollten",
        "stays open without further letters, as you wished",
    )
}

pub(super) fn ended() -> Note {
    Note::plain("das Ende ist beantwortet", "the end is answered")
}

pub(super) fn end_asked(prepayment: bool) -> Note {
    if prepayment {
        return Note::plain(
            "beide Erinnerungen sind ohne Zahlung verstrichen; Sie sind gefragt, ob die Bestellung storniert wird",
            "both reminders passed without payment; you are asked whether to cancel the order",
        );
    }
    Note::plain(
        "die letzte Frist ist verstrichen; Sie sind gefragt, wie es weitergeht",
        "the last deadline passed; you are asked how to go on",
    )
}

pub(super) fn end_waits(day: Date) -> Note {
    let (de, en) = both(day);
    Note::plain(
        format!("alle Schreiben sind draußen; ab {de} werden Sie gefragt, wie es weitergeht"),
        format!("all letters are out; from {en} you are asked how to go on"),
    )
}

pub(super) fn too_early(on: Date) -> Note {
    let (de, en) = both(on);
    Note::plain(
        format!("am {de} noch nicht so weit"),
        format!("not yet on {en}"),
    )
}

pub(super) fn no_sending_day(on: Date) -> Note {
    let (de, en) = both(on);
    Note::plain(
        format!("der {de} ist kein Versandtag"),
        format!("{en} is no sending day"),
    )
}

pub(super) fn gap(last: Date, days: u16) -> Note {
    let (de, en) = both(last);
    Note::plain(
        format!(
            "das letzte Schreiben an den Kunden ging am {de} hinaus, dazwischen liegen {}",
            count(days, "Tag", "Tage")
        ),
        format!(
            "the last letter to the customer went out on {en}, {} lie between two",
            count(days, "day", "days")
        ),
    )
}

pub(super) fn letter_today() -> Note {
    Note::plain(
        "heute ging schon ein Schreiben an den Kunden",
        "a letter went to the customer today already",
    )
}

pub(super) fn minimum(open: Money, minimum: Decimal) -> Note {
    let least = Money::new(minimum, open.currency);
    Note::hold(
        format!(
            "insgesamt nur {} offen, weniger als {}",
            money_in(De, open),
            money_in(De, least)
        ),
        format!(
            "only {} open in all, less than {}",
            money_in(En, open),
            money_in(En, least)
        ),
    )
}

pub(super) fn vetoed(name: &str) -> Note {
    Note::hold(
        format!("Sie haben `{name}` abgelehnt (`weiter` gibt frei)"),
        format!("you said no to `{name}` (`resume` releases)"),
    )
}

pub(super) fn not_forewarned(name: &str, at: Time) -> Note {
    let (hour, minute) = (at.hour(), at.minute());
    Note::plain(
        format!(
            "`{name}` wird erst im Bericht um {hour:02}:{minute:02} Uhr angekündigt und geht am nächsten Versandtag hinaus"
        ),
        format!(
            "`{name}` is announced in the digest at {hour:02}:{minute:02} first and goes out on the next sending day"
        ),
    )
}

pub(super) fn approved_on(on: Date) -> Note {
    let (de, en) = both(on);
    Note::plain(
        format!("Sie haben am {de} zugestimmt; geht am nächsten Versandtag hinaus"),
        format!("you agreed on {en}; goes out on the next sending day"),
    )
}

pub(super) fn asked(name: &str) -> Note {
    Note::hold(
        format!("`{name}` geht nur mit Ihrem Ja hinaus"),
        format!("`{name}` goes out only with your yes"),
    )
}

pub(super) fn stale(account: &str, seen: Option<Date>, days: u16) -> Note {
    let (de, en) = match seen.map(both) {
        Some((de, en)) => (
            format!("nur bis {de} bekannt"),
            format!("known only until {en}"),
        ),
        None => (
            "noch gar nicht bekannt".to_string(),
            "not known at all yet".to_string(),
        ),
    };
    Note::hold(
        format!(
            "das Konto {account} ist {de}, erlaubt sind {}; ein Auszug oder `geprüft` hilft",
            count(days, "Bankarbeitstag", "Bankarbeitstage")
        ),
        format!(
            "the account {account} is {en}, at most {} are allowed; a statement or `checked` helps",
            count(days, "banking day", "banking days")
        ),
    )
}

pub(super) fn statement_missing(account: &str, gap: &Gap) -> Note {
    let ((after_de, after_en), (on_de, on_en)) = (both(gap.after), both(gap.on));
    let money = |language| {
        (
            money_in(language, gap.closing),
            money_in(language, gap.opening),
        )
    };
    let ((closing_de, opening_de), (closing_en, opening_en)) =
        (money(Language::De), money(Language::En));
    Note::hold(
        format!(
            "auf dem Konto {account} fehlt ein Auszug: am {after_de} waren es {closing_de}, am {on_de} geht es mit {opening_de} \
             weiter; der fehlende Auszug oder `geprüft` hilft"
        ),
        format!(
            "a statement of the account {account} is missing: {closing_en} on {after_en}, but it goes on with {opening_en} on \
             {on_en}; the missing statement or `checked` helps"
        ),
    )
}

pub(super) fn goes(name: &str, on: Date) -> Note {
    let (de, en) = both(on);
    Note::plain(
        format!("`{name}` geht am {de} hinaus"),
        format!("`{name}` goes out on {en}"),
    )
}

pub(super) fn listed() -> Note {
    Note::plain(
        "ebenfalls überfällig, wird ohne neue Frist mit aufgeführt",
        "overdue too, listed without a new deadline",
    )
}

pub(super) fn receipt() -> Note {
    Note::plain(
        "gemahnt und nun bezahlt: der Kunde bekommt eine Quittung",
        "reminded and now paid: the customer gets a receipt",
    )
}

pub(super) fn payment_information() -> Note {
    Note::plain(
        "neu: der Kunde bekommt die Zahlungsinformation",
        "new: the customer gets the payment information",
    )
}
