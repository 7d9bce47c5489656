//! Several fields in one cell: comdirect's labels, and the references that the cooperative banks repeat behind the
//! purpose. A payer's text cannot move a border: labels count at the place where the bank writes them.

use std::collections::BTreeMap;

use crate::mail::parts::clean;
use crate::mail::statement::{Line, iban_in, meant, squeezed};

/// `Auftraggeber: NAME Kto/IBAN: IBAN BLZ/BIC: BIC Buchungstext: PURPOSE Ref. ID`
pub(super) fn take(labels: &BTreeMap<String, Vec<String>>, text: &str, line: &mut Line) {
    let text = clean(text);
    let text = text.trim();
    let of = |role: &str| labels.get(role).map_or(&[][..], Vec::as_slice);
    // The name stands at the beginning, the reference at the end, the purpose between them.
    let label = of("name")
        .iter()
        .find_map(|label| text.strip_prefix(label.as_str()));
    let mut head = label.unwrap_or(text);
    let mut purpose = None;
    if let Some((at, len)) = of("purpose")
        .iter()
        .filter_map(|l| Some((head.find(l.as_str())?, l.len())))
        .min()
    {
        purpose = Some(&head[at + len..]);
        head = &head[..at];
    }
    if let Some((before, _)) = of("bank").iter().find_map(|l| head.split_once(l.as_str())) {
        head = before;
    }
    if let Some((before, iban)) = of("iban").iter().find_map(|l| head.split_once(l.as_str())) {
        line.counterparty_iban = iban_in(iban);
        head = before;
    }
    if label.is_some() {
        line.counterparty_name = Some(squeezed(head)).filter(|name| !name.is_empty());
    }
    let own = purpose.unwrap_or(if label.is_some() { "" } else { head });
    let (own, id) = match of("id").iter().find_map(|l| own.rsplit_once(l.as_str())) {
        Some((own, id)) => (own, Some(squeezed(id))),
        None => (own, None),
    };
    line.transaction_id = id.filter(|id| !id.is_empty() && meant(id));
    let own = squeezed(own);
    line.remittance = (!own.is_empty()).then_some(own).into_iter().collect();
}

/// Cuts ` EREF: ... MREF: ... CRED: ... IBAN: ... BIC: ...` from the end of the purpose.
pub(super) fn take_tail(line: &mut Line) {
    let text = line.remittance.join(" ");
    let marks = ["EREF:", "MREF:", "CRED:", "IBAN:", "BIC:", "ABWA:", "ABWE:"];
    let place = |mark: &&str| {
        text.find(*mark)
            .filter(|at| *at == 0 || text[..*at].ends_with(' '))
    };
    let Some(at) = marks.iter().filter_map(place).min() else {
        return;
    };
    let (own, tail) = text.split_at(at);
    let value = |mark: &str| {
        let from = tail.find(mark)? + mark.len();
        let rest = &tail[from..];
        let end = marks.iter().filter_map(|next| rest.find(*next)).min();
        let value = squeezed(&rest[..end.unwrap_or(rest.len())]);
        (!value.is_empty() && meant(&value)).then_some(value)
    };
    line.end_to_end_id = line.end_to_end_id.take().or_else(|| value("EREF:"));
    line.counterparty_iban = line
        .counterparty_iban
        .take()
        .or_else(|| value("IBAN:").as_deref().and_then(iban_in));
    line.ultimate_name = value("ABWA:");
    let own = squeezed(own);
    line.remittance = (!own.is_empty()).then_some(own).into_iter().collect();
}
