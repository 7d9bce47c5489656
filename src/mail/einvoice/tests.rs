//! Terms in words, as invoices really write them (own wording). The invoice is of 2 March 2026.
#![allow(clippy::unwrap_used)]

use jiff::civil::Date;

use super::terms::{Due, Settled, read};

/// The due date as text (`+14`: that many days after the receipt, `?`: unclear, empty: unsaid) and the discounts.
fn said(words: &str) -> (String, Vec<String>) {
    let terms = read(words, Date::new(2026, 3, 2).ok());
    let due = match terms.due {
        Due::Unsaid => String::new(),
        Due::On(day, _) => day.to_string(),
        Due::AfterReceipt(days) => format!("+{days}"),
        Due::Unclear(_) => "?".into(),
    };
    let skonto = terms.skonto.iter();
    let skonto = skonto.map(|s| format!("{} {}", s.percent.normalize(), s.until.unwrap()));
    (due, skonto.collect())
}

fn table(cases: &[(&str, &str, &[&str])]) {
    let mut wrong = Vec::new();
    for (words, due, skonto) in cases {
        let got = said(words);
        if got.0 != *due || got.1 != *skonto {
            wrong.push(format!("{words:?}: {got:?}, not {due:?} {skonto:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_period_or_a_date_is_the_due_date() {
    table(&[
        ("14 Tage", "2026-03-16", &[]),
        ("Zahlbar innerhalb von 14 Tagen netto.", "2026-03-16", &[]),
        ("Zahlungsziel: 30 Tage", "2026-04-01", &[]),
        (
            "Zahlbar binnen vierzehn Tagen ohne Abzug",
            "2026-03-16",
            &[],
        ),
        (
            "Bitte überweisen Sie den Betrag innerhalb von zwei Wochen auf unser Konto.",
            "2026-03-16",
            &[],
        ),
        ("zahlbar innerhalb eines Monats", "", &[]),
        (
            "Zahlbar innerhalb von 1 Monat nach Rechnungsdatum",
            "2026-04-02",
            &[],
        ),
        ("zahlb. innerh. 10 Tg. netto", "2026-03-12", &[]),
        ("Fällig am 15.03.2026", "2026-03-15", &[]),
        ("Bitte zahlen Sie bis zum 15. März 2026.", "2026-03-15", &[]),
        ("zahlbar bis 15.3.26", "2026-03-15", &[]),
        (
            "Zahlbar innerhalb 30 Tagen netto bis 01.04.2026",
            "2026-04-01",
            &[],
        ),
        (
            "Zahlbar sofort, spätestens bis zum 10.03.2026",
            "2026-03-10",
            &[],
        ),
        ("sofort", "2026-03-02", &[]),
        ("Sofort fällig ohne Abzug", "2026-03-02", &[]),
        ("Payable immediately", "2026-03-02", &[]),
        ("30 days net", "2026-04-01", &[]),
        ("Net 30", "2026-04-01", &[]),
        (
            "Payment due within thirty (30) days of the invoice date.",
            "2026-04-01",
            &[],
        ),
        ("Please pay by 2026-03-20.", "2026-03-20", &[]),
        ("Due March 20, 2026", "2026-03-20", &[]),
        ("To be paid within 7 days", "2026-03-09", &[]),
        ("Paiement à 30 jours", "2026-04-01", &[]),
        (
            "30 jours net, pas d'escompte pour paiement anticipé",
            "2026-04-01",
            &[],
        ),
        ("À régler avant le 20/03/2026", "2026-03-20", &[]),
        ("Payable au 5/4/2026", "2026-04-05", &[]),
        ("Pagamento a 30 giorni data fattura", "2026-04-01", &[]),
        ("Pagamento entro il 15 aprile 2026", "2026-04-15", &[]),
        ("Te betalen binnen 14 dagen", "2026-03-16", &[]),
        ("Termin płatności: 14 dni", "2026-03-16", &[]),
        ("Zahlungseingang bis 15.03.2026 erbeten", "2026-03-15", &[]),
    ]);
}

#[test]
fn what_is_taken_off_has_its_own_day() {
    let three = &["3 2026-03-12"][..];
    table(&[
        ("10 Tage 3% Skonto, 30 Tage netto", "2026-04-01", three),
        ("10 Tage 3 % Skonto 30 Tage netto", "2026-04-01", three),
        (
            "3% Skonto innerhalb 10 Tagen, 30 Tage rein netto",
            "2026-04-01",
            three,
        ),
        ("3 % 10 Tage, 30 Tage netto", "2026-04-01", three),
        (
            "Bei Zahlung innerhalb von 10 Tagen 3,00 % Skonto.",
            "",
            three,
        ),
        ("Bei Zahlung binnen 10 Tagen, 3% Skonto", "", three),
        (
            "Zahlbar innerhalb 30 Tagen netto bis 01.04.2026, 3% Skonto innerhalb 10 Tagen bis 12.03.2026",
            "2026-04-01",
            three,
        ),
        (
            "Zahlbar bis 01.04.2026 ohne Abzug oder bis 12.03.2026 mit 3 % Skonto",
            "2026-04-01",
            three,
        ),
        (
            "abzgl. 3% Skonto innerh. 10 Tagen, sonst 30 Tage netto",
            "2026-04-01",
            three,
        ),
        (
            "Innerhalb von 10 Tagen mit 3% Skonto und innerhalb von 30 Tagen ohne Abzug zahlbar",
            "2026-04-01",
            three,
        ),
        (
            "7 Tage 3% Skonto, 14 Tage 2% Skonto, 30 Tage netto",
            "2026-04-01",
            &["3 2026-03-09", "2 2026-03-16"],
        ),
        ("2/10 net 30", "2026-04-01", &["2 2026-03-12"]),
        ("2% 10, Net 30 days", "2026-04-01", &["2 2026-03-12"]),
        (
            "2 % discount if paid within 10 days, otherwise 30 days net",
            "2026-04-01",
            &["2 2026-03-12"],
        ),
        (
            "Escompte de 2 % pour paiement sous 8 jours, net à 30 jours",
            "2026-04-01",
            &["2 2026-03-10"],
        ),
        (
            "Sconto 2% entro 10 giorni, netto 30 giorni",
            "2026-04-01",
            &["2 2026-03-12"],
        ),
        ("#SKONTO#TAGE=10#PROZENT=3.00#", "", three),
        (
            "#SKONTO#TAGE=7#PROZENT=3.00#\n#SKONTO#TAGE=14#PROZENT=2.00#BASISBETRAG=357.93#\n#SKONTO#TAGE=30#PROZENT=0.00#\n",
            "2026-04-01",
            &["3 2026-03-09", "2 2026-03-16"],
        ),
        (
            "#SKONTO#TAGE=10#PROZENT=3.00#\nZahlbar bis 01.04.2026",
            "2026-04-01",
            three,
        ),
        (
            "#SKONTO#TAGE=10#PROZENT=3.00# #VERZUG#TAGE=30#PROZENT=9.00#",
            "",
            three,
        ),
        ("Mit 2% Skonto zahlbar", "", &[]),
        ("30 Tage netto, 2% Skonto", "2026-04-01", &[]),
    ]);
}

#[test]
fn what_has_two_readings_is_no_date() {
    table(&[
        ("14 Tage nach Rechnungseingang", "+14", &[]),
        (
            "Zahlbar innerhalb von 30 Tagen nach Erhalt der Rechnung",
            "+30",
            &[],
        ),
        ("Within 30 days of receipt of invoice", "+30", &[]),
        ("Due on receipt", "+0", &[]),
        ("Zahlbar nach Erhalt der Rechnung ohne Abzug", "+0", &[]),
        ("À réception de facture", "", &[]),
        ("14 Tage nach Lieferung", "?", &[]),
        ("Zahlbar innerhalb von 10 Werktagen", "?", &[]),
        ("30 jours fin de mois", "?", &[]),
        ("30 days end of month", "?", &[]),
        ("Payment due by 4/5/2026", "?", &[]),
        (
            "Zahlbar innerhalb von 14 Tagen oder innerhalb von 30 Tagen",
            "?",
            &[],
        ),
        ("Zahlbar bis 31.02.2026", "?", &[]),
        ("Zahlbar bis 01.02.2026", "?", &[]),
        ("Zahlbar bis 01.02.2036", "?", &[]),
        ("Die Raten sind monatlich fällig.", "?", &[]),
        ("zahlbar in 2 Raten: 50% sofort, 50% in 30 Tagen", "?", &[]),
        ("50 % bei Auftrag, Rest 14 Tage nach Rechnung", "?", &[]),
        ("Zahlbar zum 15. des Folgemonats", "?", &[]),
        ("Zahlbar bis 20.3.", "?", &[]),
        ("30 Tage nach Lieferdatum", "?", &[]),
        ("Bonifico bancario 30 gg d.f. f.m.", "?", &[]),
        ("Rimessa diretta a 60 giorni fine mese", "?", &[]),
        ("Valuta 01.04.2026, 30 Tage netto", "?", &[]),
    ]);
}

#[test]
fn other_periods_and_percentages_are_not_the_terms() {
    table(&[
        (
            "Reklamationen bitte innerhalb von 8 Tagen. Zahlbar innerhalb 14 Tagen.",
            "2026-03-16",
            &[],
        ),
        (
            "Zahlbar innerhalb 14 Tagen, danach berechnen wir 9 % Verzugszinsen.",
            "2026-03-16",
            &[],
        ),
        (
            "Sie kommen 30 Tage nach Fälligkeit und Zugang in Verzug.",
            "",
            &[],
        ),
        (
            "Paiement à 30 jours. Pénalités de retard : 10 %. Indemnité forfaitaire de 40 €.",
            "2026-04-01",
            &[],
        ),
        (
            "Alle Preise zzgl. 19 % MwSt., zahlbar in 14 Tagen",
            "2026-03-16",
            &[],
        ),
        ("Leistungszeitraum 01.02.2026 - 28.02.2026", "", &[]),
        (
            "Rechnung vom 01.03.2026, zahlbar in 10 Tagen",
            "2026-03-12",
            &[],
        ),
        ("Your subscription renews in 30 days", "", &[]),
        ("Netto 14,00 EUR", "", &[]),
        (
            "Rechnungsdatum 02.03.2026 zahlbar innerhalb von 10 Tagen",
            "2026-03-12",
            &[],
        ),
        (
            "Invoice date 02.03.2026, payment within 10 days",
            "2026-03-12",
            &[],
        ),
        ("Lieferdatum 20.03.2026", "", &[]),
        ("Returns are accepted within 30 days.", "", &[]),
        ("Overdue invoices are charged 2 % after 30 days.", "", &[]),
        ("", "", &[]),
    ]);
}

#[test]
fn words_that_nothing_is_to_be_transferred_are_seen() {
    let settled = |words: &str| read(words, Date::new(2026, 3, 2).ok()).settled;
    for words in [
        "Der Betrag wird am 20.03.2026 per SEPA-Lastschrift eingezogen.",
        "Wird in den nächsten Tagen von Ihrem Konto abgebucht",
        "We will collect the amount by direct debit on 20 March 2026.",
        "Prélèvement automatique le 20/03/2026",
    ] {
        assert_eq!(settled(words), Some(Settled::Collected), "{words}");
        assert_eq!(said(words).0, "", "{words}");
    }
    for words in [
        "Betrag dankend erhalten",
        "Bereits bezahlt am 01.03.2026",
        "Paid in full",
        "Facture acquittée",
    ] {
        assert_eq!(settled(words), Some(Settled::Paid), "{words}");
        assert_eq!(said(words).0, "", "{words}");
    }
    for words in [
        "Zahlbar in 14 Tagen",
        "Must be paid within 14 days",
        "Bitte bis 16.03.2026 bezahlen",
    ] {
        assert_eq!(settled(words), None, "{words}");
        assert_eq!(said(words).0, "2026-03-16", "{words}");
    }
    assert_eq!(settled("Vielen Dank für Ihre Zahlung"), Some(Settled::Paid));
    assert_eq!(
        settled("Zahlung erfolgt per Kreditkarte"),
        Some(Settled::Collected)
    );
    assert_eq!(
        settled("Zahlbar in 14 Tagen per Überweisung oder PayPal"),
        None
    );
    assert_eq!(
        settled("Wird mit der nächsten Rechnung verrechnet"),
        Some(Settled::SetOff)
    );
}
