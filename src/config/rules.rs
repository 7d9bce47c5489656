//! `[reminders]`: the merchant's own values laid over the standard ones. The standard values themselves stand in
//! `ledger::policy::standard`, each with its reason.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Reminders;
use super::values::{self, APPROVALS, WEEKDAYS, flag, number, short_name, word};
use super::walk::Part;
use crate::ledger::policy::{Approval, Breaker, LevelRule, Window};
use crate::ledger::{Language, Policy};

/// What a merchant gets who changes nothing.
pub(super) fn standard() -> Policy {
    Policy::standard(TimeZone::UTC, Language::De, Date::ZERO, BTreeMap::new())
}

/// `[reminders]` with its sections.
pub(super) fn reminders(part: &Part) -> Option<Reminders> {
    let usual = standard();
    let reminders = Reminders {
        start: part.get("start", values::date),
        term_days: part
            .get("term_days", number(0..=365))
            .unwrap_or(usual.term_days),
        // A deadline that is too short sets none (§ 281 BGB: it must be reasonable).
        deadline_days: part
            .get("deadline_days", number(3..=90))
            .unwrap_or(usual.deadline_days),
        levels: ladder(part, "level").unwrap_or(usual.levels),
        prepayment: ladder(part, "prepayment").unwrap_or(usual.prepayment),
        window: window(&part.section("window"), usual.window),
        digest_at: part
            .get("digest_at", values::time)
            .unwrap_or(usual.digest_at),
        freshness_days: part
            .get("freshness_days", number(1..=30))
            .unwrap_or(usual.freshness_days),
        gap_days: part
            .get("gap_days", number(1..=90))
            .unwrap_or(usual.gap_days),
        minimum: part.get("minimum", values::amount).unwrap_or(usual.minimum),
        breaker: breaker(&part.section("breaker"), usual.breaker),
        payment_information: part
            .get("payment_information", flag)
            .unwrap_or(usual.payment_information),
        receipt: part.get("receipt", flag).unwrap_or(usual.receipt),
    };
    part.finish();
    Some(reminders)
}

/// A ladder, if the file has one; it replaces the standard one as a whole.
fn ladder(part: &Part, key: &'static str) -> Option<Vec<LevelRule>> {
    let parts = part.sections(key)?;
    if parts.len() > 9 {
        part.wrong(key, "has more than nine levels");
    }
    let mut names = BTreeSet::new();
    let mut levels = Vec::new();
    for part in &parts {
        let name = part.need(
            "name",
            "write a short name, e.g. name = \"friendly\"",
            short_name,
        );
        let letter = part.get("letter", short_name);
        let level = LevelRule {
            name: name.clone().unwrap_or_default(),
            letter: letter.or_else(|| name.clone()).unwrap_or_default(),
            days: part.get("days", number(0..=365)).unwrap_or(0),
            // Money under way: a transfer of the last day is reported within two banking days.
            banking_days: part.get("banking_days", number(0..=60)).unwrap_or(2),
            approval: part
                .get("approval", word(APPROVALS))
                .unwrap_or(Approval::Forewarn),
        };
        part.finish();
        if let Some(name) = name.filter(|name| !names.insert(name.clone())) {
            part.unfit(
                "name",
                format!("`name` \"{name}\" stands twice in this ladder; each level needs its own"),
            );
        }
        levels.push(level);
    }
    Some(levels)
}

fn window(part: &Part, usual: Window) -> Window {
    let window = Window {
        from: part.get("from", values::time).unwrap_or(usual.from),
        to: part.get("to", values::time).unwrap_or(usual.to),
        weekdays: part
            .list("weekdays", word(WEEKDAYS))
            .unwrap_or(usual.weekdays),
    };
    part.finish();
    if window.from >= window.to {
        part.unfit("to", "`to` is not after `from`: nothing would ever go out");
    }
    if window.weekdays.is_empty() && part.has("weekdays") {
        part.wrong("weekdays", "names no day: nothing would ever go out");
    }
    window
}

fn breaker(part: &Part, usual: Breaker) -> Breaker {
    let breaker = Breaker {
        floor: part.get("floor", number(1..=10_000)).unwrap_or(usual.floor),
        factor: part.get("factor", number(1..=100)).unwrap_or(usual.factor),
        first_recipients: part
            .get("first_recipients", number(1..=10_000))
            .unwrap_or(usual.first_recipients),
        until_letters: part
            .get("until_letters", number(0..=10_000))
            .unwrap_or(usual.until_letters),
    };
    part.finish();
    breaker
}
