//! The digest: what happened since the last one, what goes out until the next one, what is asked and what is held.
//!
//! Knows the merchant's language; decides nothing that `step` has not decided. Invariant: it stays readable whatever the
//! ledger holds: equal holds are one line, long lists are cut with a count of the rest.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::ask::{customer_in_words, is_waiting_old};
use super::day::Day;
use super::forecast::Outlook;
use super::step::Outcome;
use super::{Policy, Present, told_words, words};
use crate::ledger::digest::{ClaimLine, Digest, MoneyLine};
use crate::ledger::note::{count, money_in};
use crate::ledger::{Currency, Event, Fact, Invoice, InvoiceKey, Language, Ledger, Money, Note};

/// Lines of one list before the rest is only counted.
const LONG: usize = 50;
/// Old claims that one digest names.
const OLD_LINES: usize = 30;

/// What the digest of a moment is made of.
struct Account<'a> {
    policy: &'a Policy,
    ledger: &'a Ledger,
    day: Day<'a>,
    news: Vec<Event>,
}

/// Facts that one digest carries at most: each is about a kilobyte, and what names them must fit one seal.
const CARRIED: usize = 3_000;
/// Questions that one digest asks: the first ones, which are the oldest of their kind; the others come when these are
/// answered.
const ASKED: usize = 100;

/// The digest of this moment.
pub(super) fn digest(policy: &Policy, ledger: &Ledger, present: &Present<'_>) -> Digest {
    let outlook = policy.outlook(ledger, present);
    let mut questions = super::ask::questions(policy, ledger, present, &outlook);
    let since = ledger.told().last().map_or(Timestamp::MIN, |(at, _)| *at);
    let account = Account {
        policy,
        ledger,
        day: Day::of(policy, ledger, present),
        news: ledger.events_after(since).cloned().collect(),
    };
    let (new_claims, old_claims, left_out) = account.claims();
    let mut holds = account.holds(&outlook);
    let (mut money, mut new_claims) = (account.money(), new_claims);
    let cuts = [
        (left_out, told_words::more_old as fn(usize) -> Note),
        (cut(&mut questions, ASKED), told_words::more_questions),
        (cut(&mut money, ASKED), told_words::more_money),
        (cut(&mut new_claims, ASKED), told_words::more_claims),
    ];
    for (rest, words) in cuts.into_iter().filter(|(rest, _)| *rest > 0) {
        holds.push((None, account.say(words(rest))));
    }
    Digest {
        on: present.now.date(),
        new_claims,
        old_claims,
        money,
        questions,
        holds,
        answers: account.answers(),
        open: account.open(),
        sent: account.sent(),
        orders: account.orders(),
        mails: present.mails.clone(),
        carried: ledger.unmailed(CARRIED),
        tomorrow: outlook.letters,
    }
}

/// Cuts a list to its most important lines; how many are left out.
fn cut<T>(lines: &mut Vec<T>, most: usize) -> usize {
    let rest = lines.len().saturating_sub(most);
    lines.truncate(most);
    rest
}

impl Account<'_> {
    fn say(&self, note: Note) -> String {
        match self.policy.language {
            Language::De => note.de,
            Language::En => note.en,
        }
    }

    fn civil(&self, event: &Event) -> Date {
        self.policy.civil(event.key.at)
    }

    /// New claims, those from before the start, and how many of these are not named.
    fn claims(&self) -> (Vec<ClaimLine>, Vec<ClaimLine>, usize) {
        let (mut new, mut old) = (Vec::new(), Vec::new());
        for event in &self.news {
            let Fact::Issued(issued) = &event.fact else {
                continue;
            };
            let Some(claim) = self.ledger.invoice(&issued.invoice) else {
                continue;
            };
            if claim.opened_by != event.key {
                continue; // a further mail about a known order
            }
            if is_waiting_old(self.policy, claim) {
                if claim.open().is_positive() {
                    old.push(self.line(claim));
                }
            } else {
                new.push(self.line(claim));
            }
        }
        let left_out = old.len().saturating_sub(OLD_LINES);
        old.sort_by_key(|line| std::cmp::Reverse(line.due));
        old.truncate(OLD_LINES);
        (new, old, left_out)
    }

    fn line(&self, claim: &Invoice) -> ClaimLine {
        let verdict = self.day.step(&self.day.party_of(claim), claim);
        let remark = match verdict.outcome {
            Outcome::Done => verdict.notes.last(),
            _ => verdict.notes.iter().find(|note| note.holds),
        };
        ClaimLine {
            invoice: claim.key.clone(),
            customer: customer_in_words(claim),
            total: claim.total,
            due: self.policy.due_date(claim),
            remark: remark.cloned().map(|note| self.say(note)),
        }
    }

    fn money(&self) -> Vec<MoneyLine> {
        let line = |event: &Event| {
            let (payment, sign) = match &event.fact {
                Fact::Paid(payment) | Fact::Pending(payment) => (payment, false),
                Fact::Returned(payment) | Fact::Sent(payment) => (payment, true),
                _ => return None,
            };
            let state = self.ledger.payment(event.key.source, event.key.index)?;
            let payer = payment
                .payer
                .clone()
                .or_else(|| payment.payer_email.clone());
            Some(MoneyLine {
                amount: if sign {
                    -payment.amount
                } else {
                    payment.amount
                },
                payer: payer.unwrap_or_else(|| payment.account.clone()),
                booked: self.say(told_words::became(state)),
            })
        };
        self.news.iter().filter_map(line).collect()
    }

    fn answers(&self) -> Vec<String> {
        let line = |event: &Event| {
            let on = self.civil(event);
            match &event.fact {
                // Strangers' words hold nothing and are nobody's business.
                Fact::Answered(answered)
                    if answered.letter.is_none()
                        && self.ledger.customer(&answered.from).is_none() =>
                {
                    None
                }
                Fact::Answered(answered) => {
                    Some(self.say(told_words::customer_wrote(on, answered)))
                }
                Fact::Bounced(bounced) => {
                    let to = self
                        .ledger
                        .letter(bounced.letter)
                        .map(|letter| letter.to.to_string());
                    Some(self.say(told_words::came_back(on, bounced, to.as_deref())))
                }
                _ => None,
            }
        };
        let lines = self.news.iter().filter_map(line).collect();
        self.cut(lines)
    }

    fn sent(&self) -> Vec<String> {
        let line = |event: &Event| match &event.fact {
            Fact::Reminded(letter) => Some(self.say(told_words::letter_sent(letter))),
            _ => None,
        };
        let lines = self.news.iter().filter_map(line).collect();
        self.cut(lines)
    }

    fn orders(&self) -> Vec<String> {
        let line = |event: &Event| {
            let on = self.civil(event);
            let note = match &event.fact {
                Fact::Ordered(command) => {
                    told_words::ordered_by_merchant(on, command, self.ledger.remark(&event.key))
                }
                Fact::Unclear { words } => told_words::not_understood(on, words),
                Fact::Cancelled { invoice } => {
                    told_words::shop_says(on, invoice, "storniert", "cancelled")
                }
                Fact::PaidAtShop { invoice } => {
                    told_words::shop_says(on, invoice, "bezahlt", "paid")
                }
                Fact::Credited(credited) => {
                    told_words::shop_says(on, &credited.invoice, "Gutschrift", "credit")
                }
                _ => return None,
            };
            Some(self.say(note))
        };
        let lines = self.news.iter().filter_map(line).collect();
        self.cut(lines)
    }

    fn cut(&self, mut lines: Vec<String>) -> Vec<String> {
        if lines.len() > LONG {
            let rest = lines.len() - LONG;
            lines.truncate(LONG);
            lines.push(self.say(told_words::more(rest)));
        }
        lines
    }

    /// What is open in all and how much of it is overdue, per currency.
    fn open(&self) -> Vec<(Money, Money)> {
        let mut sums: BTreeMap<Currency, (Money, Money)> = BTreeMap::new();
        for claim in self.ledger.open_invoices() {
            let open = claim.open();
            let nothing = Money::zero(open.currency);
            let (all, overdue) = sums.entry(open.currency).or_insert((nothing, nothing));
            *all = all.plus(open).unwrap_or(*all);
            if self.policy.due_date(claim) < self.day.on {
                *overdue = overdue.plus(open).unwrap_or(*overdue);
            }
        }
        sums.into_values().collect()
    }

    /// What is held, with the reason: equal reasons of many claims are one line.
    fn holds(&self, outlook: &Outlook) -> Vec<(Option<InvoiceKey>, String)> {
        let mut lines = Vec::new();
        if self.ledger.stopped() {
            lines.push((None, self.say(words::stopped())));
        }
        if outlook.breaker.is_some() {
            lines.push((None, self.say(told_words::breaker_holds())));
        }
        if outlook.capped > 0 {
            lines.push((None, self.say(told_words::capped(outlook.capped))));
        }
        let mut reasons: Vec<(String, Vec<&InvoiceKey>)> = Vec::new();
        for (claim, verdict) in &outlook.held {
            if self
                .ledger
                .invoice(claim)
                .is_some_and(|claim| is_waiting_old(self.policy, claim))
            {
                continue; // they have a list of their own
            }
            for note in verdict
                .notes
                .iter()
                .filter(|note| note.holds && **note != words::stopped())
            {
                let text = note.text(self.policy.language).to_string();
                match reasons.iter_mut().find(|(known, _)| *known == text) {
                    Some((_, claims)) => claims.push(claim),
                    None => reasons.push((text, vec![claim])),
                }
            }
        }
        let rest = reasons.len().saturating_sub(LONG);
        for (reason, claims) in reasons.into_iter().take(LONG) {
            match claims.as_slice() {
                [one] => lines.push((Some((*one).clone()), reason)),
                several => lines.push((None, self.say(told_words::several(several, &reason)))),
            }
        }
        if rest > 0 {
            lines.push((None, self.say(told_words::more(rest))));
        }
        for (account, seen) in self.policy.stale_accounts(self.ledger, self.day.on) {
            let text = self.say(self.policy.stale_note(self.ledger, &account, seen));
            // Told even before it holds a letter, so that it need not come to that.
            if !lines.iter().any(|(_, line)| line.ends_with(&text)) {
                lines.push((None, text));
            }
        }
        lines
    }
}

/// A number of claims with their sum, for a summary.
pub(super) fn claims_in_words(claims: &[&InvoiceKey]) -> (String, String) {
    let number = claims.len() as u64;
    let some: Vec<String> = claims
        .iter()
        .take(3)
        .map(|claim| claim.to_string())
        .collect();
    let dots = if claims.len() > 3 { ", …" } else { "" };
    let some = some.join(", ");
    (
        format!(
            "{} ({some}{dots})",
            count(number, "Forderung", "Forderungen")
        ),
        format!("{} ({some}{dots})", count(number, "claim", "claims")),
    )
}

/// An amount in both languages.
pub(super) fn money_in_both(money: Money) -> (String, String) {
    (money_in(Language::De, money), money_in(Language::En, money))
}
