//! From what stands in the file to what it means: is it a claim, how is it collected, until when, what is taken off.

use jiff::ToSpan;
use jiff::civil::Date;

use super::terms::{Due, Settled, Terms};
use super::{Collection, Document, Draft, EInvoice, Offer, Skonto, Term, terms};

/// Most characters of payment terms that are read.
const MAX_TERMS: usize = 4000;

/// Judges a draft.
pub fn judge(draft: Draft) -> EInvoice {
    let issued = draft.issue_date;
    let document = document(draft.type_code.as_deref(), draft.credit_root);
    let read: Vec<Terms> = draft.terms.iter().map(|term| words(term, issued)).collect();
    let settled = read.iter().find_map(|terms| terms.settled);
    let (due, source, after) = due(&draft.terms, &read);
    let mut problems = draft.sums.problems();
    let currency = draft.currency.as_deref().and_then(|code| code.parse().ok());
    if currency.is_none() {
        problems.push("it names no currency".into());
    }
    if draft.number.is_none() || issued.is_none() || draft.sums.gross.is_none() {
        problems.push("it lacks its number, its date or its total".into());
    }
    let codes: Vec<&str> = draft
        .means
        .iter()
        .filter_map(|m| m.code.as_deref())
        .collect();
    let account = draft.means.iter().find_map(|means| means.iban.clone());
    let collection = collection(&codes, settled);
    let mut invoice = EInvoice {
        document,
        profile: draft.profile,
        issue_date: issued,
        due_date_effective: due,
        due_date_source: source,
        days_after_receipt: after,
        currency,
        total_gross: draft.sums.gross,
        already_paid: draft.sums.prepaid,
        amount_due: draft.sums.due,
        seller: draft.seller.name,
        seller_tax_numbers: draft.seller.tax_numbers,
        buyer: draft.buyer.name,
        buyer_contact: draft.buyer.contact,
        buyer_email: draft.buyer.email,
        buyer_country: draft.buyer.country,
        buyer_postcode: draft.buyer.postcode,
        buyer_reference: draft.buyer_reference,
        order_reference: draft.order_reference,
        sales_order: draft.sales_order,
        corrected_invoice: draft.corrected_invoice,
        iban_normalised: account,
        payment_reference: draft.payment_reference,
        skonto: skonto(&draft.terms, &read, issued),
        number: draft.number,
        type_code: draft.type_code,
        dunnable: None,
        in_advance: read.iter().any(|terms| terms.advance),
        collection: match collection {
            How::Known(how) => Some(how),
            How::Elsewhere | How::Unclear => None,
        },
        problems,
    };
    invoice.dunnable = dunnable(&invoice, collection, settled);
    invoice
}

/// UNTDID 1001 as EN 16931 and the extended profile use it.
fn document(code: Option<&str>, credit_root: bool) -> Document {
    let known = match code.unwrap_or_default() {
        "80" | "82" | "84" | "326" | "331" | "380" | "383" | "386" | "388" | "394" | "395"
        | "575" | "623" | "780" | "875" | "876" | "877" => Document::Invoice,
        "81" | "83" | "261" | "262" | "296" | "308" | "381" | "396" | "420" | "458" | "532" => {
            Document::CreditNote
        }
        "384" | "471" | "472" | "473" => Document::Correction,
        "389" | "500" | "501" | "502" | "503" | "527" => Document::SelfBilled,
        _ => Document::Other,
    };
    match credit_root && matches!(known, Document::Invoice | Document::Other) {
        true => Document::CreditNote,
        false => known,
    }
}

/// How it is collected, as far as the codes and words say.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Known(Collection),
    /// In cash, by cheque, online, by set-off.
    Elsewhere,
    Unclear,
}

/// UNTDID 4461. Of several means the one that needs nothing of the buyer counts: nobody is reminded of what is taken
/// from his account.
fn collection(codes: &[&str], settled: Option<Settled>) -> How {
    let any = |wanted: &[&str]| codes.iter().any(|code| wanted.contains(code));
    if any(&["49", "59"]) {
        return How::Known(Collection::DirectDebit);
    }
    if any(&["48", "54", "55"]) {
        return How::Known(Collection::Card);
    }
    if any(&["30", "31", "42", "58", "57", "45", "61"]) {
        return How::Known(Collection::Transfer);
    }
    // "Not defined" and "as agreed" say no more than no code at all.
    if codes.iter().any(|code| !["1", "ZZZ"].contains(code)) {
        return How::Elsewhere;
    }
    match settled {
        // Words without a code; with an account beside them they contradict it.
        Some(Settled::Collected) => How::Unclear,
        _ => How::Known(Collection::Transfer),
    }
}

fn dunnable(invoice: &EInvoice, how: How, settled: Option<Settled>) -> Option<bool> {
    match invoice.document {
        Document::CreditNote | Document::Correction | Document::SelfBilled => return Some(false),
        Document::Invoice | Document::Other => {}
    }
    let due = invoice.amount_due;
    if due.is_some_and(|due| due <= rust_decimal::Decimal::ZERO) {
        return Some(false);
    }
    match how {
        How::Known(Collection::DirectDebit | Collection::Card) | How::Elsewhere => {
            return Some(false);
        }
        How::Unclear => return None,
        How::Known(Collection::Transfer) => {}
    }
    let sound = invoice.document == Document::Invoice && invoice.problems.is_empty();
    // Words that it is collected, paid or set off contradict an amount that is to be transferred.
    (sound && due.is_some() && settled.is_none()).then_some(true)
}

fn words(term: &Term, issued: Option<Date>) -> Terms {
    let end = term.words.char_indices().nth(MAX_TERMS).map(|(at, _)| at);
    terms::read(&term.words[..end.unwrap_or(term.words.len())], issued)
}

/// The due date, why it is that one, and the days after receipt where only these are said.
fn due(groups: &[Term], read: &[Terms]) -> (Option<Date>, Option<String>, Option<u16>) {
    // A group that speaks of a discount names the discount's day, if another group has the due date.
    let offers = |at: usize| !groups[at].offers.is_empty() || speaks_of_discount(&groups[at].words);
    let dated = |at: &usize| groups[*at].due.is_some();
    let all: Vec<usize> = (0..groups.len()).filter(dated).collect();
    let mut net: Vec<usize> = all.iter().copied().filter(|at| !offers(*at)).collect();
    if net.is_empty() {
        net = all;
    }
    let mut days: Vec<Date> = net.iter().filter_map(|at| groups[*at].due).collect();
    days.dedup();
    match days.as_slice() {
        [day] => {
            return (
                Some(*day),
                Some("the due date of the invoice (BT-9)".into()),
                None,
            );
        }
        [] => {}
        _ => return (None, Some("it names several due dates".into()), None),
    }
    if groups.iter().any(|group| group.part) {
        return (None, Some("it is to be paid in parts".into()), None);
    }
    let mut said: Vec<&Due> = read
        .iter()
        .map(|terms| &terms.due)
        .filter(|due| **due != Due::Unsaid)
        .collect();
    said.dedup();
    match said.as_slice() {
        [Due::On(day, how)] => (Some(*day), Some((*how).to_owned()), None),
        [Due::AfterReceipt(days)] => {
            let why =
                format!("{days} days after the receipt of the invoice, which it does not know");
            (None, Some(why), Some(*days))
        }
        [Due::Unclear(why)] => (None, Some(why.clone()), None),
        [] | [Due::Unsaid] => (None, None, None),
        _ => (
            None,
            Some("its payment terms name several due dates".into()),
            None,
        ),
    }
}

fn speaks_of_discount(words: &str) -> bool {
    let words = words.to_lowercase();
    let offer = ["skonto", "discount", "escompte", "sconto"]
        .iter()
        .any(|word| words.contains(word));
    offer && words.contains('%')
}

/// Discounts: those in elements of their own, else those in words.
fn skonto(groups: &[Term], read: &[Terms], issued: Option<Date>) -> Vec<Skonto> {
    let mut found: Vec<Skonto> = Vec::new();
    let structured = groups
        .iter()
        .flat_map(|group| group.offers.iter().map(move |offer| (group, offer)));
    for (group, offer) in structured {
        found.extend(in_elements(group, offer, issued, groups.len() > 1));
    }
    if found.is_empty() {
        found = read.iter().flat_map(|terms| terms.skonto.clone()).collect();
    }
    let mut once: Vec<Skonto> = Vec::new();
    for offer in found {
        if !once.contains(&offer) {
            once.push(offer);
        }
    }
    once
}

fn in_elements(group: &Term, offer: &Offer, issued: Option<Date>, several: bool) -> Option<Skonto> {
    let percent = offer
        .percent
        .filter(|percent| *percent > rust_decimal::Decimal::ZERO)?;
    let counted = |days: u16| {
        offer
            .from
            .or(issued)?
            .checked_add(i64::from(days).days())
            .ok()
    };
    // In a group of its own the due date is the last day of the discount.
    let until = offer
        .until
        .or_else(|| offer.days.and_then(counted))
        .or(group.due.filter(|_| several));
    Some(Skonto {
        percent,
        until: Some(until?),
        base: offer.base,
    })
}
