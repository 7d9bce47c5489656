//! UN/CEFACT Cross Industry Invoice: D16B (ZUGFeRD 2, Factur-X, XRechnung) and its draft of ZUGFeRD 1, which names the
//! same groups otherwise. Each value with its business term of EN 16931; of what the extended profile adds only what
//! changes a sum or a date.

use super::fields::{amount, date, date_at, iban, line, text};
use super::sums::Sums;
use super::{Draft, Means, Offer, Party, Term};
use crate::mail::xml::Node;

/// Reads the tree. `None`: the root is another.
pub fn read(root: &Node) -> Option<Draft> {
    let first = match &*root.name {
        "CrossIndustryInvoice" => false,
        "CrossIndustryDocument" => true,
        _ => return None,
    };
    let part = |d16b: &str, draft: &str| root.child(if first { draft } else { d16b });
    let head = part("ExchangedDocument", "HeaderExchangedDocument");
    let trade = part(
        "SupplyChainTradeTransaction",
        "SpecifiedSupplyChainTradeTransaction",
    );
    let context = part(
        "ExchangedDocumentContext",
        "SpecifiedExchangedDocumentContext",
    );
    let inside = |d16b: &str, draft: &str| trade?.child(if first { draft } else { d16b });
    let agreement = inside(
        "ApplicableHeaderTradeAgreement",
        "ApplicableSupplyChainTradeAgreement",
    );
    let settlement = inside(
        "ApplicableHeaderTradeSettlement",
        "ApplicableSupplyChainTradeSettlement",
    );
    let mut draft = Draft {
        profile: context
            .and_then(|c| text(c, &["GuidelineSpecifiedDocumentContextParameter", "ID"])),
        ..Draft::default()
    };
    if let Some(head) = head {
        draft.number = text(head, &["ID"]); // BT-1
        draft.type_code = text(head, &["TypeCode"]); // BT-3
        draft.issue_date = head.child("IssueDateTime").and_then(moment); // BT-2
    }
    if let Some(agreement) = agreement {
        take_agreement(agreement, &mut draft);
    }
    if let Some(settlement) = settlement {
        take_settlement(settlement, &mut draft);
        draft.sums = sums(settlement, draft.currency.as_deref());
    }
    draft.sums.lines = trade.map(lines).unwrap_or_default();
    Some(draft)
}

fn moment(node: &Node) -> Option<jiff::civil::Date> {
    ["DateTimeString", "DateString", "DateTime", "Date"]
        .iter()
        .find_map(|name| date_at(node, &[name]))
        .or_else(|| date(&node.text))
}

fn take_agreement(agreement: &Node, draft: &mut Draft) {
    // ZUGFeRD 1 writes ID where D16B writes IssuerAssignedID.
    let reference = |name: &str| {
        let node = agreement.child(name)?;
        text(node, &["IssuerAssignedID"]).or_else(|| text(node, &["ID"]))
    };
    draft.buyer_reference = text(agreement, &["BuyerReference"]); // BT-10
    draft.order_reference = reference("BuyerOrderReferencedDocument"); // BT-13
    draft.sales_order = reference("SellerOrderReferencedDocument"); // BT-14
    draft.seller = agreement
        .child("SellerTradeParty")
        .map(party)
        .unwrap_or_default();
    draft.buyer = agreement
        .child("BuyerTradeParty")
        .map(party)
        .unwrap_or_default();
}

fn party(node: &Node) -> Party {
    let electronic = node.all("URIUniversalCommunication").find_map(|uri| {
        let id = uri.child("URIID")?;
        let mail = id.attribute("schemeID") == Some("EM") || id.text.contains('@');
        mail.then(|| line(&id.text))?
    });
    Party {
        name: text(node, &["Name"]), // BT-27, BT-44
        contact: text(node, &["DefinedTradeContact", "PersonName"]), // BT-56
        email: text(
            node,
            &[
                "DefinedTradeContact",
                "EmailURIUniversalCommunication",
                "URIID",
            ],
        )
        .or_else(|| {
            text(
                node,
                &[
                    "DefinedTradeContact",
                    "EmailURIUniversalCommunication",
                    "CompleteNumber",
                ],
            )
        })
        .or(electronic), // BT-58, BT-49
        country: text(node, &["PostalTradeAddress", "CountryID"]), // BT-55
        postcode: text(node, &["PostalTradeAddress", "PostcodeCode"]), // BT-53
        tax_numbers: node
            .all("SpecifiedTaxRegistration")
            .filter_map(|t| text(t, &["ID"]))
            .collect(), // BT-31
    }
}

fn take_settlement(settlement: &Node, draft: &mut Draft) {
    draft.payment_reference = text(settlement, &["PaymentReference"]); // BT-83
    draft.currency = text(settlement, &["InvoiceCurrencyCode"]); // BT-5
    draft.corrected_invoice = settlement
        .all("InvoiceReferencedDocument")
        .find_map(|node| {
            text(node, &["IssuerAssignedID"]).or_else(|| text(node, &["ID"])) // BT-25
        });
    for node in settlement.all("SpecifiedTradeSettlementPaymentMeans") {
        draft.means.push(Means {
            code: text(node, &["TypeCode"]), // BT-81
            iban: node
                .text_at(&["PayeePartyCreditorFinancialAccount", "IBANID"])
                .or_else(|| node.text_at(&["PayeePartyCreditorFinancialAccount", "ProprietaryID"]))
                .and_then(iban), // BT-84
        });
    }
    for node in settlement.all("SpecifiedTradePaymentTerms") {
        let words: Vec<&str> = node.all("Description").map(|d| &*d.text).collect();
        draft.terms.push(Term {
            words: words.join("\n"),                             // BT-20
            due: node.child("DueDateDateTime").and_then(moment), // BT-9
            offers: node
                .all("ApplicableTradePaymentDiscountTerms")
                .map(offer)
                .collect(),
            part: amount(node, &["PartialPaymentAmount"]).is_some()
                || amount(node, &["PartialPaymentPercent"]).is_some_and(|p| p < 100.into()),
        });
    }
}

fn offer(node: &Node) -> Offer {
    let period = node.child("BasisPeriodMeasure");
    let count = period.and_then(|p| p.text.parse::<u16>().ok());
    let unit = period
        .and_then(|p| p.attribute("unitCode"))
        .unwrap_or("DAY");
    Offer {
        percent: amount(node, &["CalculationPercent"]),
        base: amount(node, &["BasisAmount"]),
        from: node.child("BasisDateTime").and_then(moment),
        // UN/ECE Recommendation 20.
        days: match unit {
            "DAY" => count,
            "WEE" => count.map(|weeks| weeks.saturating_mul(7)),
            _ => None,
        },
        until: None,
    }
}

fn sums(settlement: &Node, currency: Option<&str>) -> Sums {
    let stated = settlement
        .child("SpecifiedTradeSettlementHeaderMonetarySummation")
        .or_else(|| settlement.child("SpecifiedTradeSettlementMonetarySummation"));
    let of = |name: &str| stated.and_then(|s| amount(s, &[name]));
    // BT-110 is in the currency of the invoice, BT-111 in that of the tax office.
    let tax = stated.and_then(|s| {
        let own = |node: &&Node| {
            node.attribute("currencyID")
                .is_none_or(|c| Some(c) == currency)
        };
        s.all("TaxTotalAmount")
            .find(own)
            .and_then(|node| super::fields::decimal(&node.text))
    });
    let mut sums = Sums {
        line_total: of("LineTotalAmount"),
        allowance_total: of("AllowanceTotalAmount"),
        charge_total: of("ChargeTotalAmount"),
        net: of("TaxBasisTotalAmount"),
        tax,
        gross: of("GrandTotalAmount"),
        prepaid: of("TotalPrepaidAmount"),
        rounding: of("RoundingAmount"),
        due: of("DuePayableAmount"),
        ..Sums::default()
    };
    for node in settlement.all("SpecifiedTradeAllowanceCharge") {
        let charge = node.at(&["ChargeIndicator"]).is_some_and(|indicator| {
            indicator.text == "true" || indicator.text_at(&["Indicator"]) == Some("true")
        });
        let list = if charge {
            &mut sums.charges
        } else {
            &mut sums.allowances
        };
        list.extend(amount(node, &["ActualAmount"]));
    }
    for node in settlement.all("SpecifiedLogisticsServiceCharge") {
        sums.charges.extend(amount(node, &["AppliedAmount"]));
    }
    let taxes = settlement.all("ApplicableTradeTax");
    sums.taxes = taxes
        .filter_map(|tax| amount(tax, &["CalculatedAmount"]))
        .collect();
    sums
}

/// Net amounts of the lines; a line that only groups or informs (extended profile) counts in no sum.
fn lines(trade: &Node) -> Vec<rust_decimal::Decimal> {
    let settled = |line: &Node| {
        let status = line.at(&["AssociatedDocumentLineDocument", "LineStatusReasonCode"]);
        if status.is_some_and(|status| status.text != "DETAIL") {
            return None;
        }
        [
            "SpecifiedLineTradeSettlement",
            "SpecifiedSupplyChainTradeSettlement",
        ]
        .iter()
        .find_map(|name| {
            let settlement = line.child(name)?;
            amount(
                settlement,
                &[
                    "SpecifiedTradeSettlementLineMonetarySummation",
                    "LineTotalAmount",
                ],
            )
            .or_else(|| {
                amount(
                    settlement,
                    &[
                        "SpecifiedTradeSettlementMonetarySummation",
                        "LineTotalAmount",
                    ],
                )
            })
        })
    };
    trade
        .all("IncludedSupplyChainTradeLineItem")
        .filter_map(settled)
        .collect()
}
