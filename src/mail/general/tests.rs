//! Order mails of systems that nobody knows, in seven languages, and what must not be taken for one.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::ledger::CustomerAddress;
use crate::mail::Recipe;
use crate::mail::parts::Mail;

/// Head and body of a mail to the customer.
fn mail(subject: &str, kind: &str, body: &str) -> Vec<u8> {
    format!(
        "From: Laden <shop@laden.example>\r\nTo: Ida Blum <ida@post.example>\r\nSubject: {subject}\r\nDate: Fri, 2 Oct 2026 14:31:00 +0200\r\n\
         Content-Type: text/{kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}"
    )
    .into_bytes()
}

fn read_raw(raw: &[u8]) -> Option<Result<OrderReading, String>> {
    let files: Vec<_> = Recipe::shipped()
        .iter()
        .map(|(name, text)| (name.to_string(), text.to_string()))
        .collect();
    static RECIPES: std::sync::OnceLock<Vec<Recipe>> = std::sync::OnceLock::new();
    let recipes = RECIPES.get_or_init(|| Recipe::compile(&files).unwrap());
    let mail = Mail::parse(raw).unwrap();
    let own = CustomerAddress::new("shop@laden.example").unwrap();
    let shop = Shop {
        addresses: vec![&own],
        forwarder: None,
    };
    let read = read(&View::new(&mail), &recipes[0].common, &shop)?;
    Some(read.map(|read| read.order))
}

/// `number date total method paid name/company/postcode/country email`
fn order(subject: &str, kind: &str, body: &str) -> Result<String, String> {
    let order = read_raw(&mail(subject, kind, body)).ok_or("no order")??;
    let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
    Ok(format!(
        "{} {} {} {} {} {}/{}/{}/{} {}",
        or(&order.order_number),
        order.order_date.unwrap(),
        order.total.unwrap(),
        order
            .payment_method
            .map_or("-".into(), |method| format!("{method:?}")),
        order.paid,
        or(&order.customer_name),
        or(&order.company),
        or(&order.billing_postcode),
        or(&order.billing_country),
        or(&order.customer_email),
    ))
}

const GERMAN: &str = "Guten Tag Ida Blum,\n\nvielen Dank für Ihre Bestellung!\n\nBestellnummer: AB-1207\nBestelldatum: 02.10.2026\nZahlungsart: Kauf auf Rechnung\n\n\
    Artikel:\n2 x Windlicht   49,80 EUR\n1 x Duftöl   1.029,85 EUR\n\nZwischensumme: 1.079,65 EUR\nVersand: 4,90 EUR\nRabatt: -10,00 EUR\nGesamtsumme: 1.074,55 EUR\n\
    darin 19 % MwSt.: 171,57 EUR\n\nRechnungsadresse:\nIda Blum\nAm Tor 3\n04109 Leipzig\nDeutschland\n\nLieferadresse:\nUwe Rau\nWeg 1\n12345 Ort\n";

fn table(rows: &[(&str, &str)]) -> String {
    let row = |(label, value): &(&str, &str)| format!("<tr><td>{label}</td><td>{value}</td></tr>");
    format!(
        "<table>{}</table>",
        rows.iter().map(row).collect::<String>()
    )
}

#[test]
fn a_german_text_mail_is_read_whole() {
    assert_eq!(
        order("Ihre Bestellung AB-1207", "plain", GERMAN).unwrap(),
        "AB-1207 2026-10-02 1074.55 EUR Invoice false Ida Blum/-/04109/DE ida@post.example"
    );
}

#[test]
fn tables_of_other_languages_are_read() {
    for (subject, intro, rows, address, want) in [
        (
            "Order confirmation #5512",
            "Hi Ida Blum,<br>thank you for your order.<br>Order number: #5512<br>Order date: October 2, 2026<br>Payment method: Bank transfer",
            &[
                ("Item", "Price"),
                ("Lamp x 2", "£1,120.00"),
                ("Shipping", "£14.95"),
                ("Total", "£1,134.95 (includes £189.16 VAT)"),
            ][..],
            "<h3>Billing address</h3>Ida Blum<br>4 Mill Lane<br>Reading RG7 4PH<br>United Kingdom",
            "5512 2026-10-02 1134.95 GBP BankTransfer false Ida Blum/-/RG7 4PH/GB ida@post.example",
        ),
        (
            "Confirmation de votre commande n° 8841",
            "Bonjour,<br>merci pour votre commande.<br>Numéro de commande : 8841<br>Date de commande : 2 octobre 2026",
            &[
                ("Produit", "Prix"),
                ("Théière", "1 249,00 €"),
                ("Livraison", "6,50 €"),
                ("Total TTC", "1 255,50 €"),
                ("dont TVA", "209,25 €"),
            ][..],
            "<p>Adresse de facturation</p>Ida Blum<br>12 rue du Port<br>59000 Lille<br>France",
            "8841 2026-10-02 1255.50 EUR - false Ida Blum/-/59000/FR ida@post.example",
        ),
        (
            "Conferma ordine 771/2026",
            "Grazie per il tuo ordine<br>Numero ordine: 771/2026<br>Data ordine: 2 ottobre 2026<br>Metodo di pagamento: PayPal",
            &[
                ("Prodotto", "Prezzo"),
                ("Tazza", "20,00 €"),
                ("Sconto", "-5,00 €"),
                ("Spedizione", "4,00 €"),
                ("Totale", "19,00 €"),
            ][..],
            "",
            "771/2026 2026-10-02 19.00 EUR Paypal true Ida Blum/-/-/- ida@post.example",
        ),
        (
            "Bevestiging van je bestelling",
            "Bedankt voor je bestelling!<br>Bestelnummer: 300417<br>Besteldatum: 02-10-2026",
            &[
                ("Omschrijving", "Prijs"),
                ("Fietsbel", "€ 12,50"),
                ("Verzendkosten", "€ 4,95"),
                ("Totaal", "€ 17,45"),
            ][..],
            "",
            "300417 2026-10-02 17.45 EUR - false Ida Blum/-/-/- ida@post.example",
        ),
        (
            "Confirmación de pedido",
            "Gracias por tu pedido<br>Número de pedido: ES-90<br>Fecha de pedido: 2 de octubre de 2026",
            &[
                ("Producto", "Precio"),
                ("Silla", "100,00 €"),
                ("IVA 21%", "21,00 €"),
                ("Total", "121,00 €"),
            ][..],
            "",
            "ES-90 2026-10-02 121.00 EUR - false Ida Blum/-/-/- ida@post.example",
        ),
        (
            "Potwierdzenie zamówienia",
            "Dziękujemy za zamówienie<br>Numer zamówienia: 2026/10/44<br>Data zamówienia: 2 października 2026",
            &[
                ("Nazwa", "Cena"),
                ("Kubek", "1 039,00 zł"),
                ("Dostawa", "14,99 zł"),
                ("Razem", "1 053,99 zł"),
            ][..],
            "",
            "2026/10/44 2026-10-02 1053.99 PLN - false Ida Blum/-/-/- ida@post.example",
        ),
    ] {
        let body = format!("<div>{intro}</div>{}<div>{address}</div>", table(rows));
        assert_eq!(
            order(subject, "html", &body).as_deref(),
            Ok(want),
            "{subject}"
        );
    }
}

#[test]
fn what_does_not_prove_itself_is_no_order() {
    let change = |from: &str, to: &str| {
        assert!(GERMAN.contains(from), "{from}");
        order(
            "Ihre Bestellung AB-1207",
            "plain",
            &GERMAN.replace(from, to),
        )
        .unwrap_err()
    };
    assert!(change("Gesamtsumme: 1.074,55", "Gesamtsumme: 1.074,50").contains("add up"));
    assert!(change("49,80 EUR", "49,80 CHF").contains("several currencies"));
    assert!(change("Gesamtsumme: 1.074,55 EUR\n", "").contains("no total"));
    assert!(change("darin 19 %", "Gesamtsumme: 999,00 EUR\ndarin 19 %").contains("two totals"));
    assert!(
        change(
            "darin 19 %",
            "Gesamtsumme gerundet: 1.074,50 EUR\ndarin 19 %"
        )
        .contains("two totals")
    );
    assert!(
        change("Bestellnummer: AB-1207", "Bestellnummer: AB-1208").contains("two numbers")
            || change("Bestelldatum", "Bestellnummer: AB-1208\nBestelldatum")
                .contains("two numbers")
    );
    assert!(change("02.10.2026", "12.09.2026").contains("not clear"));
    assert!(
        change(
            "Zahlungsart: Kauf auf Rechnung",
            "Zahlungsart: Kauf auf Rechnung\nZahlungsmethode: Vorkasse"
        )
        .contains("two payment methods")
    );
    assert!(
        change(
            "Zahlungsart: Kauf auf Rechnung\n",
            "Abwicklung durch PayPal\n"
        )
        .contains("paid or not")
    );
    assert!(
        change(
            "Lieferadresse:",
            "Der Betrag ist bezahlt.\n\nLieferadresse:"
        )
        .contains("paid or not")
    );
    assert!(
        change("Bestelldatum", "E-Mail: uwe@rau.example\nBestelldatum")
            .contains("its head another")
    );
}

#[test]
fn other_mails_of_a_shop_are_none() {
    for subject in [
        "Ihre Bestellung AB-1207 wurde storniert",
        "Ihre Bestellung AB-1207 ist unterwegs",
        "Your order AB-1207 has been cancelled",
        "Your order AB-1207 has shipped",
        "Ihr Angebot AB-1207",
        "Erstattung zu Ihrer Bestellung AB-1207",
        "Ihre Rechnung zu Bestellung AB-1207",
        "Zahlungserinnerung zu Ihrer Bestellung",
        "Ihre Zahlung für Bestellung AB-1207",
        "Votre commande est annulée",
        "Il tuo ordine è stato spedito",
        "Bewerten Sie Ihre Bestellung",
        "Haben Sie etwas im Warenkorb vergessen?",
    ] {
        assert_eq!(
            order(subject, "plain", GERMAN).unwrap_err(),
            "no order",
            "{subject}"
        );
    }
    let unconfirmed = GERMAN.replace(
        "vielen Dank für Ihre Bestellung!",
        "Ihre Bestellung wartet auf Sie",
    );
    assert_eq!(
        order("Ihre Bestellung AB-1207", "plain", &unconfirmed).unwrap_err(),
        "no order"
    );
    let heading = GERMAN.replace(
        "vielen Dank für Ihre Bestellung!",
        "Ihre Bestellung wurde storniert",
    );
    assert_eq!(
        order("Ihre Bestellung", "plain", &heading).unwrap_err(),
        "no order"
    );
    let status = GERMAN.replace("Bestelldatum", "Bestellstatus: storniert\nBestelldatum");
    assert_eq!(
        order("Ihre Bestellung", "plain", &status).unwrap_err(),
        "no order"
    );
}

#[test]
fn a_notice_to_the_merchant_has_no_customer_in_to() {
    let notice = order("Neue Bestellung AB-1207", "plain", GERMAN).unwrap_err();
    assert!(notice.contains("no address"), "{notice}");
    let named = GERMAN.replace("Bestelldatum", "E-Mail: ida@kunde.example\nBestelldatum");
    assert!(
        order("Neue Bestellung AB-1207", "plain", &named)
            .unwrap()
            .ends_with("ida@kunde.example")
    );
}

#[test]
fn names_are_left_out_where_a_choice_is_left() {
    let block = |lines: &str| {
        let body = GERMAN
            .replace("Guten Tag Ida Blum", "Guten Tag")
            .replace("Ida Blum\nAm Tor 3", lines);
        let raw = String::from_utf8(mail("Ihre Bestellung AB-1207", "plain", &body))
            .unwrap()
            .replace("Ida Blum <ida@post.example>", "ida@post.example");
        let order = read_raw(raw.as_bytes()).unwrap().unwrap();
        (
            order.customer_name.unwrap_or_default(),
            order.company.unwrap_or_default(),
        )
    };
    let some = |name: &str, company: &str| (name.to_owned(), company.to_owned());
    assert_eq!(block("Ida Blum\nAm Tor 3"), some("Ida Blum", ""));
    assert_eq!(
        block("Blum GmbH\nIda Blum\nAm Tor 3"),
        some("", "Blum GmbH")
    );
    assert_eq!(
        block("Ida Blum\nBlum GmbH\nAm Tor 3"),
        some("Ida Blum", "Blum GmbH")
    );
    assert_eq!(block("Haus Sonne\nIda Blum\nAm Tor 3"), some("", ""));
    assert_eq!(block("Blum GmbH\nAm Tor 3"), some("", "Blum GmbH"));
}

#[test]
fn a_cut_never_changes_the_total() {
    let whole = mail("Ihre Bestellung AB-1207", "plain", GERMAN);
    for at in 0..whole.len() {
        let Ok(mail) = Mail::parse(&whole[..at]) else {
            continue;
        };
        drop(mail);
        if let Some(Ok(order)) = read_raw(&whole[..at]) {
            assert_eq!(
                order.total.unwrap().to_string(),
                "1074.55 EUR",
                "cut at {at}"
            );
        }
    }
}

#[test]
fn the_file_of_labels_is_readable() {
    assert!(labels::LABELS.total.len() > 20 && labels::LABELS.order_german.len() > 5);
    assert!(
        labels::LABELS
            .number
            .iter()
            .all(|label| *label == label.to_lowercase())
    );
}
