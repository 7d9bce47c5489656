//! E-invoices (EN 16931): XRechnung and Peppol in UBL, ZUGFeRD and Factur-X in CII, as XML or inside a PDF.
//!
//! Reads by the norm's terms (BT-1 ...), whatever the profile; knows no shop and no ledger. What it reads is data:
//! whose invoice it is and whether it becomes a claim is judged in [`facts`]. Where an invoice contradicts itself or
//! its words have two readings, the value is missing and the doubt is said.

mod cii;
mod facts;
mod fields;
mod judge;
mod papers;
mod pdf;
mod sums;
mod terms;
#[cfg(test)]
mod tests;
mod ubl;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

use super::xml;
use crate::ledger::Currency;
use sums::Sums;

pub use facts::{Whose, read_file, whose};
pub use papers::{Papers, attached};

/// An e-invoice as read; the form of `explain --json`. `None` is what it does not say.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct EInvoice {
    /// Number (BT-1).
    pub number: Option<String>,
    /// The norm or profile that it says it follows (BT-24).
    pub profile: Option<String>,
    /// Code of UNTDID 1001 (BT-3).
    pub type_code: Option<String>,
    /// What the code means to us.
    pub document: Document,
    /// Date of issue (BT-2).
    pub issue_date: Option<Date>,
    /// Due date (BT-9), else from the terms in words (BT-20).
    pub due_date_effective: Option<Date>,
    /// Where the due date was taken from, or why there is none.
    pub due_date_source: Option<String>,
    /// Days from the receipt of the invoice, where the terms count from it.
    pub days_after_receipt: Option<u16>,
    /// Currency (BT-5).
    pub currency: Option<Currency>,
    /// Total with tax (BT-112); negative where the document credits.
    pub total_gross: Option<Decimal>,
    /// Already paid (BT-113).
    pub already_paid: Option<Decimal>,
    /// Due for payment (BT-115); negative where the document credits.
    pub amount_due: Option<Decimal>,
    /// Seller's name (BT-27).
    pub seller: Option<String>,
    /// Seller's tax numbers (BT-31, BT-32).
    pub seller_tax_numbers: Vec<String>,
    /// Buyer's name (BT-44).
    pub buyer: Option<String>,
    /// Person to speak to (BT-56).
    pub buyer_contact: Option<String>,
    /// Buyer's e-mail address (BT-58, else an electronic address that is one, BT-49).
    pub buyer_email: Option<String>,
    /// Buyer's country (BT-55).
    pub buyer_country: Option<String>,
    /// Buyer's postcode (BT-53).
    pub buyer_postcode: Option<String>,
    /// The buyer's own reference, e.g. a Leitweg-ID (BT-10).
    pub buyer_reference: Option<String>,
    /// Number of the order as the buyer has it (BT-13).
    pub order_reference: Option<String>,
    /// Number of the order as the seller has it (BT-14).
    pub sales_order: Option<String>,
    /// Number of the invoice that this one follows or corrects (BT-25).
    pub corrected_invoice: Option<String>,
    /// The first account to pay to, without blanks (BT-84).
    pub iban_normalised: Option<String>,
    /// What the payer is to write (BT-83).
    pub payment_reference: Option<String>,
    /// How it is collected (BT-81). `None`: in another way, or in doubt.
    pub collection: Option<Collection>,
    /// Its words ask for payment in advance.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub in_advance: bool,
    /// An open invoice by transfer with something due. `None`: in doubt.
    pub dunnable: Option<bool>,
    /// What may be taken off for paying early.
    pub skonto: Vec<Skonto>,
    /// What contradicts itself, in words.
    pub problems: Vec<String>,
}

/// What a document is to us.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Document {
    /// A claim of the seller.
    Invoice,
    /// The seller owes, or asks for less.
    CreditNote,
    /// It changes an earlier invoice.
    Correction,
    /// The buyer wrote it: the seller's claim is settled by the buyer.
    SelfBilled,
    /// None of these, or not known.
    #[default]
    Other,
}

/// How the amount is collected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Collection {
    /// The buyer transfers.
    Transfer,
    /// The seller debits.
    DirectDebit,
    /// A card was charged.
    Card,
}

/// A discount for paying early.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Skonto {
    /// Percentage of the amount due, or of `base`.
    pub percent: Decimal,
    /// Last day.
    pub until: Option<Date>,
    /// What the percentage is taken of, where it is not the whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<Decimal>,
}

/// What stands in a file, before it is judged.
#[derive(Clone, Debug, Default)]
struct Draft {
    /// The root says that it is a credit note (UBL).
    credit_root: bool,
    profile: Option<String>,
    number: Option<String>,
    type_code: Option<String>,
    issue_date: Option<Date>,
    currency: Option<String>,
    buyer_reference: Option<String>,
    order_reference: Option<String>,
    sales_order: Option<String>,
    corrected_invoice: Option<String>,
    payment_reference: Option<String>,
    seller: Party,
    buyer: Party,
    means: Vec<Means>,
    terms: Vec<Term>,
    sums: Sums,
}

/// Seller or buyer.
#[derive(Clone, Debug, Default)]
struct Party {
    name: Option<String>,
    contact: Option<String>,
    email: Option<String>,
    country: Option<String>,
    postcode: Option<String>,
    tax_numbers: Vec<String>,
}

/// One means of payment.
#[derive(Clone, Debug, Default)]
struct Means {
    code: Option<String>,
    iban: Option<String>,
}

/// One group of payment terms.
#[derive(Clone, Debug, Default)]
struct Term {
    words: String,
    due: Option<Date>,
    offers: Vec<Offer>,
    /// It speaks of a part of the amount.
    part: bool,
}

/// A discount in its own elements.
#[derive(Clone, Debug, Default)]
struct Offer {
    percent: Option<Decimal>,
    base: Option<Decimal>,
    from: Option<Date>,
    days: Option<u16>,
    until: Option<Date>,
}

/// Names under which ZUGFeRD, Factur-X and XRechnung embed their XML.
const NAMES: [&str; 3] = ["factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"];

/// The e-invoice in these bytes, whatever their name. `None`: there is none in them.
pub fn read_any(bytes: &[u8]) -> Option<Result<EInvoice, String>> {
    if is_xml(bytes) {
        return Some(read(bytes));
    }
    if !pdf::is_pdf(bytes) {
        return None;
    }
    let mut files = match pdf::xml_files(bytes) {
        Ok(files) => files,
        Err(why) => return Some(Err(why)),
    };
    files.retain(|file| is_xml(&file.bytes));
    let named = |file: &pdf::Embedded| NAMES.contains(&file.name.to_ascii_lowercase().as_str());
    if files.iter().any(named) {
        files.retain(named);
    }
    match files.as_slice() {
        [] => None,
        [one] => Some(read(&one.bytes)),
        _ => Some(Err("the PDF holds several different e-invoices".into())),
    }
}

/// Whether a file is XML or a PDF, which could be an e-invoice.
pub fn is_file(bytes: &[u8]) -> bool {
    pdf::is_pdf(bytes) || is_xml(bytes)
}

/// Whether this is meant to be an e-invoice in XML: it names one of the roots near the beginning.
fn is_xml(bytes: &[u8]) -> bool {
    const ROOTS: [&[u8]; 4] = [
        b"CrossIndustryInvoice",
        b"CrossIndustryDocument",
        b"ubl:schema:xsd:Invoice-2",
        b"ubl:schema:xsd:CreditNote-2",
    ];
    let start = &bytes[..bytes.len().min(16 * 1024)];
    // UTF-16 is looked at without its zero bytes.
    let narrow: Vec<u8> = start.iter().copied().filter(|&b| b != 0).collect();
    let bare = narrow
        .iter()
        .position(|b| b.is_ascii() && !b.is_ascii_whitespace());
    bare.is_some_and(|at| at <= 16 && narrow.get(at) == Some(&b'<'))
        && ROOTS
            .iter()
            .any(|root| narrow.windows(root.len()).any(|window| window == *root))
}

/// Reads XML.
///
/// # Errors
/// Why it is no readable e-invoice, in words.
fn read(bytes: &[u8]) -> Result<EInvoice, String> {
    let root = xml::parse(bytes)?;
    let draft = cii::read(&root).or_else(|| ubl::read(&root));
    draft
        .map(judge::judge)
        .ok_or_else(|| "its root is no invoice's".to_owned())
}
