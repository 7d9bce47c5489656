//! Several bookings in one mail: the rows of a table under a row of labels, or blocks that begin with the same label.
//!
//! Blocks count only where the mail separates them by blank lines or announces how many they are: a payer who could
//! write a whole block into his purpose must not make a booking of it.

use std::sync::LazyLock;

use regex::Regex;

use super::labels::{Label, Pair, Sorted, meaning};
use crate::mail::recipe::view::{FOLD, Page};

/// The rows of the page's one table of bookings, each as pairs of the column's label and the cell.
pub fn table(page: &Page) -> Option<Vec<Vec<Pair>>> {
    let text = |cell: &Vec<String>| cell.join(&FOLD.to_string());
    let heads: Vec<(usize, Vec<Option<Label>>)> = page
        .rows
        .iter()
        .enumerate()
        .map(|(r, row)| {
            (
                r,
                row.iter()
                    .map(|cell| meaning(&text(cell)))
                    .collect::<Vec<_>>(),
            )
        })
        .filter(|(_, labels)| {
            labels.len() >= 3
                && labels.iter().all(Option::is_some)
                && labels.iter().filter(|l| **l == Some(Label::Amount)).count() == 1
        })
        .collect();
    let [(head, labels)] = heads.as_slice() else {
        return None;
    };
    let mut bookings = Vec::new();
    for (r, row) in page.rows.iter().enumerate().skip(head + 1) {
        let total = row.first().is_some_and(|cell| {
            let low = text(cell).to_lowercase();
            [
                "summe", "gesamt", "total", "totale", "totaal", "suma", "saldo",
            ]
            .iter()
            .any(|w| low.starts_with(w))
        });
        if row.len() != labels.len() || total {
            break;
        }
        let pairs = row.iter().zip(labels).filter_map(|(cell, label)| {
            let value = text(cell).trim().to_owned();
            Some(Pair {
                label: (*label)?,
                word: String::new(),
                value,
                row: r,
            })
        });
        bookings.push(pairs.filter(|pair| !pair.value.is_empty()).collect());
    }
    (!bookings.is_empty()).then_some(bookings)
}

/// The pairs of each block, with the row where it begins; `None`: the page has no blocks that can be told apart.
pub fn blocks(
    page: &Page,
    sorted: &Sorted,
    announced: Option<usize>,
) -> Option<Vec<(usize, Vec<Pair>)>> {
    let amounts = sorted
        .pairs
        .iter()
        .filter(|p| p.label == Label::Amount)
        .count();
    let repeated =
        |pair: &Pair| sorted.pairs.iter().filter(|p| p.word == pair.word).count() == amounts;
    let first = sorted.pairs.iter().find(|pair| repeated(pair))?;
    let starts: Vec<usize> = (0..sorted.pairs.len())
        .filter(|&i| sorted.pairs[i].word == first.word)
        .collect();
    let apart = |i: &usize| {
        let row = sorted.pairs[*i].row;
        row > 0 && page.rows.get(row - 1).is_some_and(Vec::is_empty)
    };
    // In text a block begins behind a blank line (its head may be one sentence); else the number must be announced.
    let clear = announced == Some(amounts) || starts.iter().skip(1).all(apart);
    if amounts < 2 || starts.len() != amounts || !clear {
        return None;
    }
    let ends = starts.iter().skip(1).copied().chain([sorted.pairs.len()]);
    let block =
        |(&from, to): (&usize, usize)| (sorted.pairs[from].row, sorted.pairs[from..to].to_vec());
    let blocks: Vec<(usize, Vec<Pair>)> = starts.iter().zip(ends).map(block).collect();
    let one_each = |(_, pairs): &(usize, Vec<Pair>)| {
        pairs.iter().filter(|p| p.label == Label::Amount).count() == 1
    };
    // Every block names the other side if the first does: an amount alone is a fee or a sum.
    let sided = |pairs: &[Pair]| {
        pairs
            .iter()
            .any(|p| matches!(p.label, Label::Payer | Label::Other))
    };
    let alike = blocks
        .iter()
        .all(|(_, pairs)| sided(pairs) || !sided(&blocks[0].1));
    (alike && blocks.iter().all(one_each)).then_some(blocks)
}

/// How many bookings the mail says it has.
pub fn announced(text: &str) -> Option<usize> {
    static COUNT: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r"(?i)(?:^|[^\d.,])(\d{1,3}) (?:neue[rn]? |weitere |new |nouveaux |nouvelles |nuovi |nuove |nieuwe |nuevos |nuevas |novas? |nowych |nových )?(?:umsätze?|umsaetze?|buchung(?:en)?|zahlungse?ing[aä]nge?|zahlungen|geldeingänge?|gutschriften|überweisungen|transaktion(?:en)?|payments?|transfers?|transactions?|credits|bookings|virements?|paiements?|opérations?|movimenti|bonifici|pagamenti|operazioni|transacties|betalingen|bijschrijvingen|movimientos|transferencias|pagos|operações|operacji|przelew(?:y|ów)|plateb|transakc[ií])\b").ok()
    });
    let mut counts: Vec<usize> = COUNT
        .as_ref()?
        .captures_iter(text)
        .filter_map(|found| found.get(1)?.as_str().parse().ok())
        .collect();
    counts.dedup();
    match counts.as_slice() {
        [only] => Some(*only),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::announced;

    #[test]
    fn a_number_of_bookings_is_announced_in_words() {
        assert_eq!(announced("3 neue Umsätze"), Some(3));
        assert_eq!(
            announced("auf Ihrem Konto sind 2 Zahlungseingänge"),
            Some(2)
        );
        assert_eq!(announced("2 payments received"), Some(2));
        assert_eq!(announced("1.234 Umsätze, 10247"), None);
    }
}
