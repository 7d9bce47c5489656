//! UBL 2.1 Invoice and CreditNote (XRechnung, Peppol BIS). Each value with its business term of EN 16931.

use super::fields::{amount, date_at, decimal, iban, line, text};
use super::sums::Sums;
use super::{Draft, Means, Offer, Party, Term};
use crate::mail::xml::Node;

/// Namespaces of the two documents, without their names.
const NAMESPACE: &str = "urn:oasis:names:specification:ubl:schema:xsd:";

/// Reads the tree. `None`: the root is another.
pub fn read(root: &Node) -> Option<Draft> {
    let credit = match &*root.name {
        "Invoice" => false,
        "CreditNote" => true,
        _ => return None,
    };
    // "Invoice" is a name that others use too.
    let rest = |value: &str| value.strip_prefix(NAMESPACE).map(str::to_owned);
    let ours = format!("{}-2", root.name);
    if !root
        .attributes
        .iter()
        .any(|(_, value)| rest(value).as_ref() == Some(&ours))
    {
        return None;
    }
    let mut draft = Draft {
        credit_root: credit,
        profile: text(root, &["CustomizationID"]), // BT-24
        number: text(root, &["ID"]),               // BT-1
        type_code: text(root, &["InvoiceTypeCode"]).or_else(|| text(root, &["CreditNoteTypeCode"])), // BT-3
        issue_date: date_at(root, &["IssueDate"]), // BT-2
        currency: text(root, &["DocumentCurrencyCode"]), // BT-5
        buyer_reference: text(root, &["BuyerReference"]), // BT-10
        order_reference: text(root, &["OrderReference", "ID"]), // BT-13
        sales_order: text(root, &["OrderReference", "SalesOrderID"]), // BT-14
        corrected_invoice: root.all("BillingReference").find_map(|b| {
            text(b, &["InvoiceDocumentReference", "ID"])
                .or_else(|| text(b, &["CreditNoteDocumentReference", "ID"]))
        }), // BT-25
        seller: party(root.at(&["AccountingSupplierParty", "Party"])),
        buyer: party(root.at(&["AccountingCustomerParty", "Party"])),
        ..Draft::default()
    };
    take_payment(root, &mut draft);
    draft.sums = sums(root, draft.currency.as_deref());
    let line = if credit {
        "CreditNoteLine"
    } else {
        "InvoiceLine"
    };
    draft.sums.lines = root
        .all(line)
        .filter_map(|l| amount(l, &["LineExtensionAmount"]))
        .collect();
    Some(draft)
}

fn party(node: Option<&Node>) -> Party {
    let Some(node) = node else {
        return Party::default();
    };
    let electronic = node.child("EndpointID").and_then(|id| {
        let mail = id.attribute("schemeID") == Some("EM") || id.text.contains('@');
        mail.then(|| line(&id.text))?
    });
    Party {
        name: text(node, &["PartyLegalEntity", "RegistrationName"])
            .or_else(|| text(node, &["PartyName", "Name"])), // BT-27, BT-44
        contact: text(node, &["Contact", "Name"]), // BT-56
        email: text(node, &["Contact", "ElectronicMail"]).or(electronic), // BT-58, BT-49
        country: text(node, &["PostalAddress", "Country", "IdentificationCode"]), // BT-55
        postcode: text(node, &["PostalAddress", "PostalZone"]), // BT-53
        tax_numbers: node
            .all("PartyTaxScheme")
            .filter_map(|t| text(t, &["CompanyID"]))
            .collect(), // BT-31
    }
}

fn take_payment(root: &Node, draft: &mut Draft) {
    for node in root.all("PaymentMeans") {
        draft.means.push(Means {
            code: text(node, &["PaymentMeansCode"]), // BT-81
            iban: node
                .text_at(&["PayeeFinancialAccount", "ID"])
                .and_then(iban), // BT-84
        });
        if draft.payment_reference.is_none() {
            draft.payment_reference = text(node, &["PaymentID"]); // BT-83
        }
    }
    // BT-9 stands at the top of an invoice and with the means of payment of a credit note.
    let with_means = root
        .all("PaymentMeans")
        .find_map(|node| date_at(node, &["PaymentDueDate"]));
    let due = date_at(root, &["DueDate"]).or(with_means);
    for node in root.all("PaymentTerms") {
        let words: Vec<&str> = node.all("Note").map(|note| &*note.text).collect();
        let percent = amount(node, &["SettlementDiscountPercent"]);
        let period = node.child("SettlementPeriod");
        let days = period
            .and_then(|p| p.child("DurationMeasure"))
            .filter(|d| d.attribute("unitCode") == Some("DAY"));
        draft.terms.push(Term {
            words: words.join("\n"), // BT-20
            due: due.or_else(|| date_at(node, &["PaymentDueDate"])),
            offers: percent
                .map(|percent| Offer {
                    percent: Some(percent),
                    base: None,
                    from: None,
                    days: days.and_then(|d| d.text.parse().ok()),
                    until: period.and_then(|p| date_at(p, &["EndDate"])),
                })
                .into_iter()
                .collect(),
            part: false,
        });
    }
    if draft.terms.is_empty() && due.is_some() {
        draft.terms.push(Term {
            due,
            ..Term::default()
        });
    }
}

fn sums(root: &Node, currency: Option<&str>) -> Sums {
    let stated = root.child("LegalMonetaryTotal");
    let of = |name: &str| stated.and_then(|s| amount(s, &[name]));
    // BT-110 is in the currency of the invoice, BT-111 in that of the tax office.
    let own = |node: &&Node| {
        let amount = node.child("TaxAmount");
        amount
            .and_then(|a| a.attribute("currencyID"))
            .is_none_or(|c| Some(c) == currency)
    };
    let tax = root.all("TaxTotal").find(own);
    let mut sums = Sums {
        line_total: of("LineExtensionAmount"),
        allowance_total: of("AllowanceTotalAmount"),
        charge_total: of("ChargeTotalAmount"),
        net: of("TaxExclusiveAmount"),
        tax: tax.and_then(|tax| amount(tax, &["TaxAmount"])),
        taxes: tax
            .map(|tax| {
                tax.all("TaxSubtotal")
                    .filter_map(|s| amount(s, &["TaxAmount"]))
                    .collect()
            })
            .unwrap_or_default(),
        gross: of("TaxInclusiveAmount"),
        prepaid: of("PrepaidAmount"),
        rounding: of("PayableRoundingAmount"),
        due: of("PayableAmount"),
        ..Sums::default()
    };
    let extended = text(root, &["CustomizationID"]).is_some_and(|id| id.contains("extension"));
    if extended {
        let others = root
            .all("PrepaidPayment")
            .filter_map(|node| amount(node, &["PaidAmount"]));
        sums.for_others = others.collect();
    }
    for node in root.all("AllowanceCharge") {
        let value = node.child("Amount").and_then(|a| decimal(&a.text));
        match node.text_at(&["ChargeIndicator"]) {
            Some("true" | "1") => sums.charges.extend(value),
            _ => sums.allowances.extend(value),
        }
    }
    sums
}
