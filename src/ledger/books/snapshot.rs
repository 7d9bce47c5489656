//! The whole ledger as one JSON value: what two ledgers are compared by, in tests and after a rebuild.

use serde_json::{Value, json};

use super::Ledger;

impl Ledger {
    /// Everything that anybody can see of the ledger, without the events themselves, in a fixed order.
    pub fn snapshot(&self) -> Value {
        let books = &self.books;
        let customers: Vec<Value> = books
            .customers
            .iter()
            .map(|(address, state)| json!({"address": address, "state": state}))
            .collect();
        let answers: Vec<Value> = books
            .answers
            .iter()
            .map(|(question, (at, choice))| json!({"question": question, "at": at, "choice": choice}))
            .collect();
        let told: Vec<Value> = books
            .told
            .iter()
            .map(|(at, told)| json!({"at": at, "told": told}))
            .collect();
        let remarks: Vec<Value> = books
            .remarks
            .iter()
            .map(|(key, remark)| json!({"key": key, "remark": remark}))
            .collect();
        let letters: Vec<Value> = books
            .letters_by_day
            .iter()
            .map(|(day, count)| json!({"day": day, "letters": count}))
            .collect();
        json!({
            "invoices": books.invoices.values().collect::<Vec<_>>(),
            "open": self.open_invoices().map(|invoice| json!([invoice.key, invoice.open()])).collect::<Vec<_>>(),
            "customers": customers,
            "payments": books.payments.values().collect::<Vec<_>>(),
            "undecided": books.undecided,
            "proposals": self.proposals(),
            "told": told,
            "answers": answers,
            "remarks": remarks,
            "unanswered": books.unanswered,
            "letters_by_day": letters,
            "seen": json!([books.seen_statements, books.seen_mails, books.checked]),
            "gaps": books.chains.iter().map(|(account, chain)| json!([account, chain.gap(books.checked)])).collect::<Vec<_>>(),
            "stopped": books.stopped,
        })
    }
}
