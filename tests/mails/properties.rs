//! What holds for every mail: there is a reading, and a cut mail never says another total.

use proptest::prelude::*;

use super::{assumed, mails, read_one, recipes, root};

/// Orders of the pairs, with their totals.
fn orders() -> Vec<(Vec<u8>, String)> {
    let (recipes, trust) = (recipes(), assumed());
    let all = mails(&root()).into_iter().filter_map(|path| {
        let bytes = std::fs::read(path).unwrap();
        let total = read_one(bytes.clone(), &recipes, &trust).order?.total?;
        Some((bytes, total.to_string()))
    });
    all.collect()
}

#[test]
fn any_bytes_give_a_reading() {
    let (recipes, trust) = (recipes(), assumed());
    proptest!(ProptestConfig::with_cases(300), |(bytes in proptest::collection::vec(any::<u8>(), 0..3000))| {
        let reading = read_one(bytes, &recipes, &trust);
        prop_assert!(reading.events.is_empty());
        prop_assert!(!reading.reason.is_empty());
    });
    let bodies = "[ -~\u{e4}\u{20ac}\n<>]{0,400}";
    proptest!(ProptestConfig::with_cases(200), |(body in bodies, html in any::<bool>())| {
        let kind = if html { "html" } else { "plain" };
        let mail = format!("From: a@shop.example\r\nTo: b@kunde.example\r\nContent-Type: text/{kind}; charset=utf-8\r\n\r\n{body}");
        prop_assert!(read_one(mail.into_bytes(), &recipes, &trust).events.is_empty());
    });
}

#[test]
fn a_changed_byte_never_panics_and_a_cut_never_changes_the_total() {
    let (recipes, trust, orders) = (recipes(), assumed(), orders());
    assert!(orders.len() > 8, "the orders are gone");
    let any = (0..orders.len(), any::<prop::sample::Index>(), any::<u8>());
    proptest!(ProptestConfig::with_cases(600), |((which, at, byte) in any)| {
        let (bytes, total) = &orders[which];
        let at = at.index(bytes.len());
        let cut = read_one(bytes[..at].to_vec(), &recipes, &trust);
        if let Some(read) = cut.order.and_then(|order| order.total) {
            prop_assert_eq!(&read.to_string(), total, "cut at {}", at);
        }
        let mut changed = bytes.clone();
        changed[at] = byte;
        prop_assert!(!read_one(changed, &recipes, &trust).reason.is_empty());
    });
}
