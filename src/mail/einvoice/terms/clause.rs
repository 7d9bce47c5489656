//! What one sentence of payment terms says: which period belongs to a discount, which to the whole amount, and which
//! to something else (returns, complaints, default).
//!
//! A percentage takes the period of its own clause, else that of a neighbour that says nothing else; a period that no
//! percentage takes is the net term. Where two readings remain, the period is unclear.

use rust_decimal::Decimal;

use super::stems::{
    ADVANCE, ASIDE, CALENDAR, COLLECT, ELSEWHERE, ELSEWHERE_PAID, FROM, INVOICE, NO, NOW, OFFER,
    OTHER_DATE, PAID, PARTS, PAY, RECEIPT, SET_OFF, TAX, TO_DO, has_stem, is_one,
};
use super::words::{Clause, Sentence, Token};
use super::{Period, Settled};

/// What was found in all sentences.
#[derive(Debug, Default)]
pub struct Clauses {
    /// Percentages with their periods.
    pub offers: Vec<(Decimal, Period)>,
    /// Periods of the whole amount.
    pub net: Vec<Period>,
    /// The words say that nothing needs to be transferred.
    pub settled: Option<Settled>,
    /// It is to be paid in advance.
    pub advance: bool,
}

/// Reads one sentence.
pub fn sentence(sentence: &Sentence, found: &mut Clauses) {
    let has = |stems: &str| sentence.iter().any(|clause| starts(clause, stems));
    let debit = has("debit") && has("direct") || has(COLLECT);
    // "To be paid by", "muss bezahlt werden": still to be done.
    let paid = has(PAID) && !has(TO_DO);
    let period = |token: &Token| matches!(token, Token::Days(_) | Token::Months(_) | Token::Day(_));
    let open = sentence.iter().flatten().any(period);
    let thanks = has("dank thank merci grazie")
        && has("zahlung payment paiement pagamento")
        && has("für for pour per");
    let settled = match () {
        () if debit => Some(Settled::Collected),
        () if paid || thanks && !open => Some(Settled::Paid),
        () if has(ELSEWHERE_PAID) && !open => Some(Settled::Collected),
        () if has(SET_OFF) => Some(Settled::SetOff),
        () => None,
    };
    if settled.is_some() {
        // Its dates are those of the collection.
        found.settled = found.settled.or(settled);
        return;
    }
    let words = sentence
        .iter()
        .flatten()
        .filter(|t| matches!(t, Token::Word(_)))
        .count();
    let about_paying = has(PAY) || has(RECEIPT) || has(INVOICE) || words <= 3;
    found.advance |= has(ADVANCE);
    let aside = has(ASIDE);
    let half = Decimal::from(20);
    let large = |token: &Token| matches!(token, Token::Percent(percent) if *percent >= half);
    let months =
        has("fine") && has("mese") || has("fin") && has("mois") || has("end") && has("month");
    let in_parts = has(PARTS) || !has(OFFER) && !has(TAX) && sentence.iter().flatten().any(large);
    if about_paying && !aside && (in_parts || has(CALENDAR) || months) {
        found.net.push(Period::Unclear);
        return;
    }
    let mut clauses: Vec<Read> = sentence
        .iter()
        .filter(|clause| about_paying && !starts(clause, ASIDE))
        .map(|clause| Read::new(clause, has(OFFER) && !has(TAX)))
        .filter(|read| !aside || read.pays)
        .collect();
    lend(&mut clauses);
    for read in clauses {
        match read.pair() {
            Some((offers, net)) => {
                found.offers.extend(offers);
                found.net.extend(net);
            }
            None => found.net.push(Period::Unclear),
        }
    }
}

/// A percentage without a period takes that of a neighbour that has nothing else: "within 14 days, 2 % Skonto".
fn lend(clauses: &mut [Read]) {
    for at in 0..clauses.len() {
        if clauses[at].percents.is_empty() || !clauses[at].periods.is_empty() {
            continue;
        }
        let lends = |read: &Read| read.percents.is_empty() && read.periods.len() == 1 && !read.net;
        let from = [at.checked_sub(1), Some(at + 1)]
            .into_iter()
            .flatten()
            .find(|&beside| clauses.get(beside).is_some_and(lends));
        if let Some(from) = from {
            clauses[at].periods = std::mem::take(&mut clauses[from].periods);
        }
    }
}

/// A clause, as far as it matters: percentages and periods with their places.
struct Read {
    percents: Vec<(usize, Decimal)>,
    periods: Vec<(usize, Period)>,
    /// It says that nothing is taken off.
    net: bool,
    /// Place of the word that says so.
    net_at: Option<usize>,
    pays: bool,
    now: bool,
    short: Option<(Decimal, u16, u16)>,
}

impl Read {
    fn new(clause: &Clause, offers: bool) -> Read {
        let net_at = net_word(clause);
        let taxed = clause
            .iter()
            .any(|t| matches!(t, Token::Word(w) if is_one(w, TAX)));
        let percents: Vec<(usize, Decimal)> = clause
            .iter()
            .enumerate()
            .filter_map(|(at, token)| match token {
                Token::Percent(percent) if !percent.is_zero() && !taxed => Some((at, *percent)),
                _ => None,
            })
            .collect();
        let periods = periods(clause);
        // Without a word for a discount only the short form counts: "3 % 10 days".
        let plain = clause.len() <= 7 && !periods.is_empty();
        let percents = if offers || plain {
            percents
        } else {
            Vec::new()
        };
        Read {
            percents,
            periods,
            net: net_at.is_some(),
            net_at,
            pays: starts(clause, PAY),
            now: now(clause),
            short: clause.iter().find_map(|token| match token {
                Token::Short(percent, days, all) => Some((*percent, *days, *all)),
                _ => None,
            }),
        }
    }

    /// Discounts with their periods, and net periods. `None`: they can be paired in two ways.
    #[allow(clippy::type_complexity)]
    fn pair(&self) -> Option<(Vec<(Decimal, Period)>, Vec<Period>)> {
        if let Some((percent, days, all)) = self.short {
            return Some((vec![(percent, Period::Days(days))], vec![Period::Days(all)]));
        }
        let mut periods = self.periods.clone();
        let mut net = Vec::new();
        if self.percents.is_empty() {
            net.extend(periods.iter().map(|(_, period)| *period));
            if net.is_empty() && self.now {
                net.push(Period::AtOnce);
            }
            return Some((Vec::new(), net));
        }
        if periods.is_empty() {
            return Some((Vec::new(), Vec::new()));
        }
        if periods.len() == self.percents.len() + 1 {
            // One more: the net term, if the word for it stands beside the last one.
            let (last, before) = (periods[periods.len() - 1].0, periods[periods.len() - 2].0);
            let beside = self
                .net_at
                .is_some_and(|at| at > before && at.abs_diff(last) <= 4);
            if !beside {
                return None;
            }
            net.extend(periods.pop().map(|(_, period)| period));
        }
        if periods.len() != self.percents.len() {
            return None;
        }
        // Percentage and period alternate, in one order: else it is not clear which belongs to which.
        let places = |first_percent: bool| {
            let pairs = self.percents.iter().zip(&periods);
            let flat: Vec<usize> = pairs
                .flat_map(|((p, _), (t, _))| if first_percent { [*p, *t] } else { [*t, *p] })
                .collect();
            flat.is_sorted()
        };
        if !places(true) && !places(false) {
            return None;
        }
        let offers = self.percents.iter().zip(&periods);
        Some((
            offers
                .map(|((_, percent), (_, period))| (*percent, *period))
                .collect(),
            net,
        ))
    }
}

/// Periods of a clause; a number of days and the date beside it are one, and the date counts.
fn periods(clause: &Clause) -> Vec<(usize, Period)> {
    let mut periods: Vec<(usize, Period)> = Vec::new();
    let ranged = clause
        .iter()
        .enumerate()
        .any(|(at, t)| is_day(t) && before(clause, at, FROM));
    for (at, token) in clause.iter().enumerate() {
        // So long after the due date is the default, not the term.
        let behind = &clause[(at + 1).min(clause.len())..(at + 4).min(clause.len())];
        if matches!(token, Token::Days(_)) && starts(behind, "fälligkeit faelligkeit") {
            continue;
        }
        if is_day(token) && names_another_day(clause, at) {
            continue;
        }
        let period = match token {
            Token::Days(days) => counted(clause, at, *days, Period::Days(*days)),
            Token::Months(months) => counted(
                clause,
                at,
                months.saturating_mul(31),
                Period::Months(*months),
            ),
            Token::WorkingDays | Token::Unclear => Period::Unclear,
            Token::Day(_) if ranged => continue,
            Token::Day(day) => Period::Until(*day),
            _ => continue,
        };
        let between = |from: usize| {
            let inside = clause.get(from + 1..at).unwrap_or_default();
            !inside.iter().any(|t| matches!(t, Token::Percent(_))) && !starts(inside, OFFER)
        };
        match periods.last_mut() {
            Some((from, last)) if joins(*last, period) && between(*from) => {
                if matches!(period, Period::Until(_)) {
                    *last = period;
                }
            }
            _ => periods.push((at, period)),
        }
    }
    if periods.is_empty()
        && starts(clause, RECEIPT)
        && starts(clause, "nach upon on à bei after al")
    {
        let receipt = clause.iter().position(is_receipt).unwrap_or(0);
        if starts(clause, PAY) || now(clause) {
            periods.push((receipt, Period::AfterReceipt(0)));
        }
    }
    periods
}

/// "Invoice date 2 March": the day of something else.
fn names_another_day(clause: &Clause, at: usize) -> bool {
    let words: Vec<&Token> = clause[..at].iter().rev().take(2).collect();
    match words.as_slice() {
        [Token::Word(last), ..] if has_stem(last, OTHER_DATE) => true,
        [Token::Word(date), Token::Word(of), ..] => {
            date == "date" && (of == "invoice" || of == "delivery")
        }
        _ => false,
    }
}

fn is_day(token: &Token) -> bool {
    matches!(token, Token::Day(_) | Token::Unclear)
}

fn before(clause: &Clause, at: usize, words: &str) -> bool {
    let last = at.checked_sub(1).and_then(|before| clause.get(before));
    matches!(last, Some(Token::Word(word)) if is_one(word, words))
}

/// A date and a number of days in one clause speak of one end.
fn joins(a: Period, b: Period) -> bool {
    matches!(
        (a, b),
        (Period::Days(_) | Period::Months(_), Period::Until(_))
            | (Period::Until(_), Period::Days(_) | Period::Months(_))
    )
}

/// From when a period counts: the invoice's date, unless the words beside it say otherwise.
fn counted(clause: &Clause, at: usize, days: u16, from_date: Period) -> Period {
    let behind = clause.get(at + 1..).unwrap_or_default();
    // The words up to the next number belong to this period.
    let own = behind
        .iter()
        .take_while(|token| matches!(token, Token::Word(_)));
    let own: Vec<Token> = own.cloned().collect();
    if own.iter().any(is_receipt) || clause[..at].iter().any(is_receipt) {
        return Period::AfterReceipt(days);
    }
    if starts(&own, ELSEWHERE) {
        return Period::Unclear;
    }
    from_date
}

/// A word for the receipt of the invoice, not for that of the money.
fn is_receipt(token: &Token) -> bool {
    matches!(token, Token::Word(word) if RECEIPT.split(' ').any(|stem| word.contains(stem))
        && !["zahlung", "geld", "waren", "liefer"].iter().any(|other| word.starts_with(other)))
}

fn starts(clause: &[Token], stems: &str) -> bool {
    clause.iter().any(|token| match token {
        Token::Word(word) => has_stem(word, stems),
        Token::Short(..) => is_one("net", stems),
        _ => false,
    })
}

fn now(clause: &Clause) -> bool {
    clause.iter().enumerate().any(|(at, token)| {
        let named = matches!(token, Token::Word(word) if is_one(word, NOW));
        // "Sofort Überweisung" is a way to pay.
        let next = clause.get(at + 1);
        named && !matches!(next, Some(Token::Word(next)) if next.starts_with("überweisung") || next == "klarna")
    })
}

/// Place of the word that says: nothing is taken off.
fn net_word(clause: &Clause) -> Option<usize> {
    clause.iter().enumerate().find_map(|(at, token)| {
        let Token::Word(word) = token else {
            return matches!(token, Token::Percent(p) if p.is_zero()).then_some(at);
        };
        let next = clause.iter().skip(at + 1).take(3);
        let denied = is_one(word, NO)
            && next.into_iter().any(|t| matches!(t, Token::Word(w) if w.starts_with("abzug") || w.starts_with("abzüge") || w.contains("deduction") || OFFER.split(' ').any(|offer| w.contains(offer))));
        (is_one(word, "netto net nett nets abzugsfrei brutto") || denied).then_some(at)
    })
}
