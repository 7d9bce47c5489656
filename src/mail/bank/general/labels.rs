//! Labels of money mails in the languages of European banks, and the pairs of label and value that a page holds.
//!
//! A value ends with its line, its cell, or (folded before) its deeper lines: what stands in it is never looked through
//! for labels. Knows no direction and no amount.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::mail::recipe::view::{FOLD, Page};

/// What a label announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Label {
    /// The amount of the booking.
    Amount,
    /// Who paid.
    Payer,
    /// The other side, whichever direction.
    Other,
    /// To whom money went.
    Recipient,
    /// What the payer wrote.
    Purpose,
    /// A reference of the payer's beside (or instead of) a purpose.
    Reference,
    /// The number of a document, or a symbol beside the purpose: not what the payer wrote.
    Document,
    /// IBAN of the other side.
    Iban,
    /// Account number of the other side that is no IBAN.
    Number,
    /// E-mail address of the payer.
    Email,
    /// Day of the booking.
    Day,
    /// Value day: not the booking's.
    ValueDay,
    /// Our account.
    Account,
    /// The bank's or provider's id.
    Transaction,
    /// Its end-to-end id.
    EndToEnd,
    /// The id of the payment that went back.
    Original,
    /// Why it went back.
    Reason,
    /// What kind of booking it is.
    Type,
    /// How far it is.
    Status,
    /// Balances, fees, limits and others whose values are never ours to take.
    Aside,
}

const WORDS: [(Label, &str); 20] = [
    (
        Label::Amount,
        "betrag|summe|erhaltener betrag|gutgeschriebener betrag|gutschriftsbetrag|zahlungsbetrag|überweisungsbetrag|umsatz|umsatzbetrag|eingegangener betrag|höhe|gesamtbetrag|amount|amount received|payment amount|transaction amount|credited amount|amount credited|sum|you received|total amount|montant|montant reçu|montant crédité|montant du virement|importo|importo ricevuto|importo accreditato|somma|bedrag|ontvangen bedrag|importe|importe recibido|cantidad|monto|valor|valor recebido|montante|quantia|kwota|kwota operacji|kwota przelewu|kwota transakcji|částka|částka v měně účtu|suma|összeg|beløb|belopp|summa",
    ),
    (
        Label::Payer,
        "auftraggeber|auftraggeber:in|auftraggeberin|auftraggeber/in|absender|absender/in|absender:in|absendername|zahler|zahler:in|zahlungspflichtiger|einzahler|von|name des auftraggebers|name des zahlers|name auftraggeber|gezahlt von|überwiesen von|zahlung von|payer|payer name|sender|sender name|from|sent from|sent by|paid by|remitter|remitter name|ordering party|ordering customer|originator|debtor|de|de la part de|donneur d'ordre|émetteur|expéditeur|envoyé par|payeur|ordonnateur|ordinante|mittente|da|pagatore|inviato da|afzender|betaler|opdrachtgever|van|naam afzender|ordenante|remitente|enviado por|pagador|remetente|ordenador|nadawca|zleceniodawca|płatnik|od kogo|od|nazwa nadawcy|plátce|odesílatel|od koho|platiteľ|odosielateľ",
    ),
    (
        Label::Other,
        "gegenseite|gegenpartei|gegenkonto-inhaber|zahlungsbeteiligter|zahlungspartner|beteiligter|beguenstigter/zahlungspflichtiger|begünstigter/zahlungspflichtiger|auftraggeber/empfänger|absender/empfänger|empfänger/auftraggeber|name|kunde|kundin|konsument|käufer|käufer:in|counterparty|customer|customer name|buyer|client|acheteur|contrepartie|nom|cliente|controparte|acquirente|nome|klant|tegenpartij|naam|comprador|contraparte|nombre|klient|kontrahent|nabywca|nazwa kontrahenta|protistrana|název protistrany|název účtu protistrany|jméno protistrany|názov protistrany|zákazník",
    ),
    (
        Label::Recipient,
        "empfänger|empfängerin|empfänger:in|begünstigter|an|zahlungsempfänger|beneficiary|recipient|payee|to|paid to|bénéficiaire|destinataire|à|beneficiario|destinatario|a favore di|begunstigde|ontvanger|naar|para|beneficiário|destinatário|odbiorca|příjemce|príjemca",
    ),
    (
        Label::Purpose,
        "verwendungszweck|verwendungszwecke|zweck|zahlungszweck|buchungsdetails|mitteilung|mitteilungen|nachricht|notiz|zahlungsgrund|beschreibung|betreff der zahlung|text|buchungsinformation|purpose|message|memo|note|comunicazione|comunicazioni|communications|details of payment|payment details|description|remittance information|remittance info|narrative|particulars|info|communication|motif|libellé|message au bénéficiaire|objet|causale|causale del bonifico|descrizione|messaggio|nota|mededeling|omschrijving|bericht|concepto|mensaje|mensagem|descrição|descripción|observaciones|descritivo|tytuł|tytuł przelewu|tytułem|tytuł operacji|opis|wiadomość|zpráva|zpráva pro příjemce|zpráva příjemci|popis|správa pre prijímateľa|informácia pre príjemcu|informacia pre prijemcu|közlemény",
    ),
    (
        Label::Reference,
        "zahlungsreferenz|referenz|referenznummer|qr-referenz|referenz des zahlers|reference|payment reference|your reference|référence|référence du paiement|riferimento|kenmerk|betalingskenmerk|referentie|referencia|referência|referencja",
    ),
    (
        Label::Document,
        "rechnungsnummer|rechnungs-nr|rechnungsnr|rechnung|bestellnummer|kundenreferenz|reference number|customer reference|invoice|invoice id|invoice number|order number|order id|numéro de facture|numero fattura|factuurnummer|número de factura|número da fatura|numer faktury|variabilní symbol|variabilný symbol|vs|číslo faktury",
    ),
    (
        Label::Iban,
        "iban|iban auftraggeber|iban des auftraggebers|iban zahlungsbeteiligter|iban des zahlers|iban absender|iban/konto|gegenkonto|konto des auftraggebers|auftraggeberkonto|kontonummer/iban|sender iban|payer iban|sender account|from account|counterparty iban|iban de l'émetteur|iban du donneur d'ordre|compte émetteur|iban ordinante|iban mittente|rekening afzender|tegenrekening|iban ordenante|cuenta origen|rachunek nadawcy|numer rachunku nadawcy|protiúčet|číslo účtu protistrany|účet protistrany|protiucet",
    ),
    (
        Label::Number,
        "kontonummer|bic|blz|bankleitzahl|bank|account number|sort code|routing number|kod banku|ks|ss|konstantní symbol|specifický symbol",
    ),
    (
        Label::Email,
        "e-mail|e-mail-adresse|email|kunden-e-mail|customer email|adresse e-mail|adresse électronique|correo electrónico|correo|adres e-mail|e-mailadres|indirizzo e-mail",
    ),
    (
        Label::Day,
        "buchungstag|buchungsdatum|buchung|datum|gebucht am|eingegangen am|ausführungsdatum|transaktionsdatum|zahlungsdatum|zahlungseingang am|bezahlt am|eingang am|eingangsdatum|datum und uhrzeit|datum/uhrzeit|zeitpunkt|date|booking date|execution date|completed on|transaction date|posting date|posted on|payment date|date received|received on|sent on|credited on|date and time|date d'opération|date de l'opération|date du virement|date de réception|date comptable|date de la transaction|date du paiement|data|data contabile|data operazione|data dell'operazione|data di accredito|data transazione|data pagamento|boekdatum|boekingsdatum|datum ontvangst|transactiedatum|fecha|fecha de operación|fecha operación|fecha contable|fecha de la transacción|fecha del pago|data da transação|data do pagamento|data księgowania|data operacji|data transakcji|data wpływu|datum zaúčtování|datum transakce|datum platby|dátum|dátum transakcie",
    ),
    (
        Label::ValueDay,
        "valuta|wertstellung|wertstellungsdatum|valutadatum|value date|date de valeur|data valuta|valutadatum|fecha valor|data valor|data waluty|datum valuty",
    ),
    (
        Label::Account,
        "konto|ihr konto|auf konto|empfängerkonto|konto-nr|gutschriftskonto|zielkonto|begünstigtes konto|account|your account|to account|credited account|account credited|compte|votre compte|compte crédité|conto|il tuo conto|conto accreditato|rekening|je rekening|uw rekening|cuenta|tu cuenta|cuenta abonada|conta|rachunek|konto odbiorcy|účet|číslo účtu|na účet",
    ),
    (
        Label::Transaction,
        "transaktionscode|transaktions-id|transaktionsnummer|transaktionsreferenz|zahlungs-id|zahlungsnummer|vorgangsnummer|buchungsnummer|bankreferenz|umsatz-id|id der zahlung|transaction id|transaction code|transaction number|transaction reference|transaction no|payment id|confirmation number|bank reference|utr|utr number|numéro de transaction|identifiant de la transaction|id de transaction|n° de transaction|code de transaction|id transazione|codice transazione|numero transazione|id della transazione|cro|trn|transactiecode|transactie-id|transactienummer|betalings-id|id de transacción|id. de transacción|código de transacción|id de la transacción|número de operación|id da transação|código da transação|id transakcji|identyfikator transakcji|numer transakcji|numer referencyjny|id pokynu|id transakce|číslo transakce|id platby",
    ),
    (
        Label::EndToEnd,
        "end-to-end-referenz|end-to-end-id|ende-zu-ende-referenz|ende-zu-ende-id|end to end id|end-to-end reference|end-to-end identification|endtoendid|e2e|eref|référence de bout en bout|référence end-to-end|riferimento end-to-end",
    ),
    (
        Label::Original,
        "ursprünglicher transaktionscode|ursprüngliche transaktion|ursprüngliche zahlungs-id|original transaction id|original transaction|original payment id|transaction d'origine|transazione originale|oorspronkelijke transactie|transacción original|oryginalna transakcja",
    ),
    (
        Label::Reason,
        "grund|rückgabegrund|grund der rückgabe|reason|return reason|reason code|motif du rejet|motivo|reden",
    ),
    (
        Label::Type,
        "umsatzart|vorgang|buchungstext|buchungsart|transaktionsart|transaktionstyp|art|typ|art der zahlung|type|transaction type|direction|type d'opération|type de transaction|nature de l'opération|tipo|tipo di operazione|tipo operazione|soort|type transactie|tipo de operación|tipo de movimiento|typ operacji|rodzaj operacji|rodzaj transakcji|směr platby|typ pohybu|typ transakce|typ platby|typ transakcie|kategorie",
    ),
    (
        Label::Status,
        "status|zustand|state|statut|stato|estado|stav",
    ),
    (
        Label::Aside,
        "saldo|neuer saldo|kontostand|neuer kontostand|aktueller kontostand|guthaben|verfügbarer betrag|verfügbar|buchungssaldo|gebühr|gebühren|entgelt|kosten|paypal-gebühr|gesamtgebühr|netto|nettobetrag|limit|wechselkurs|umrechnungskurs|kurs|ursprungsbetrag|originalbetrag|versand|mwst|zwischensumme|einzelpreis|primanota|balance|new balance|available balance|current balance|your balance|fee|fees|net|net amount|exchange rate|original amount|subtotal|shipping|tax|solde|nouveau solde|solde disponible|frais|net reçu|taux de change|saldo disponibile|nuovo saldo|commissione|commissioni|spese|netto ricevuto|cambio|nieuw saldo|beschikbaar saldo|kosten|wisselkoers|saldo disponible|nuevo saldo|comisión|tarifa|tipo de cambio|taxa|saldo disponível|saldo po operacji|dostępne środki|opłata|prowizja|zůstatek|aktuální zůstatek|disponibilní zůstatek|použitelný zůstatek|poplatek|zostatok|aktualny zostatok|disponibilny zostatok|uctovny zostatok|ihre nachricht|ihre notiz",
    ),
];

/// Beginnings of the label over a payer's note.
const NOTE_OF: [&str; 8] = [
    "mitteilung von ",
    "nachricht von ",
    "note from ",
    "message from ",
    "message de ",
    "messaggio di ",
    "bericht van ",
    "mensaje de ",
];

/// The meaning of a whole label, in any case, with or without colon.
pub fn meaning(label: &str) -> Option<Label> {
    static MAP: LazyLock<HashMap<&'static str, Label>> = LazyLock::new(|| {
        let words = WORDS
            .iter()
            .flat_map(|(label, words)| words.split('|').map(|w| (w, *label)));
        words.collect()
    });
    let bare = label
        .trim()
        .trim_end_matches([':', '.', '*'])
        .trim()
        .replace('’', "'");
    if bare.chars().count() > 40 {
        return None;
    }
    let bare = bare.to_lowercase();
    // `Message de Jean Dupont`: the name behind is the payer's, of any length and content.
    if NOTE_OF.iter().any(|note| bare.starts_with(note)) {
        return Some(Label::Purpose);
    }
    let found = MAP.get(bare.as_str()).copied();
    // `Betrag (EUR)`, `Montant (en €)`
    found.or_else(|| MAP.get(bare.split_once(" (")?.0).copied())
}

/// A label with its value, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// What it announces.
    pub label: Label,
    /// The words of the label, in lower case.
    pub word: String,
    /// Its value; folded line breaks inside.
    pub value: String,
    /// Row of the page.
    pub row: usize,
}

/// What a page holds: pairs, and the lines that are none.
#[derive(Debug, Default)]
pub struct Sorted {
    /// Pairs in order.
    pub pairs: Vec<Pair>,
    /// Other lines with their rows.
    pub prose: Vec<(usize, String)>,
}

/// Sorts the lines of a page. A label alone in its line has its value in the next.
pub fn sort(page: &Page) -> Sorted {
    let mut sorted = Sorted::default();
    let mut waiting: Option<(Label, String)> = None;
    for (row, cells) in page.rows.iter().enumerate() {
        let lines: Vec<&String> = cells
            .iter()
            .flatten()
            .filter(|line| !line.is_empty())
            .collect();
        if lines.is_empty() {
            waiting = None;
            continue;
        }
        if cells.len() >= 2 {
            waiting = None;
            beside(cells, row, &mut sorted);
            continue;
        }
        for line in lines {
            if let Some((label, word)) = waiting.take()
                && split(line).is_none()
                && meaning(line).is_none()
            {
                sorted.pairs.push(Pair {
                    label,
                    word,
                    value: line.clone(),
                    row,
                });
                continue;
            }
            match (split(line), meaning(line)) {
                (Some((label, word, value)), _) => sorted.pairs.push(Pair {
                    label,
                    word,
                    value,
                    row,
                }),
                // `Von` alone may end a sentence: a label alone has a colon or is longer.
                (None, Some(label)) if line.ends_with(':') || line.chars().count() > 3 => {
                    waiting = Some((label, line.trim_end_matches(':').to_lowercase()));
                }
                _ => sorted.prose.push((row, line.clone())),
            }
        }
    }
    sorted
}

/// Cells beside one another: label and value in turn, or a label over its value in each cell.
fn beside(cells: &[Vec<String>], row: usize, sorted: &mut Sorted) {
    let text = |cell: &Vec<String>| cell.join(&FOLD.to_string());
    let filled: Vec<&Vec<String>> = cells
        .iter()
        .filter(|c| c.iter().any(|l| !l.is_empty()))
        .collect();
    let labels: Vec<Option<Label>> = filled.iter().map(|cell| meaning(&text(cell))).collect();
    let in_turn = filled.len().is_multiple_of(2) && labels.iter().step_by(2).all(Option::is_some);
    if in_turn {
        for (i, label) in labels.iter().enumerate().step_by(2) {
            if let Some(label) = label {
                let word = text(filled[i]).trim_end_matches(':').to_lowercase();
                sorted.pairs.push(Pair {
                    label: *label,
                    word,
                    value: text(filled[i + 1]),
                    row,
                });
            }
        }
        return;
    }
    for cell in filled {
        match cell.as_slice() {
            [label, value @ ..] if !value.is_empty() && meaning(label).is_some() => {
                if let Some(known) = meaning(label) {
                    let word = label.trim_end_matches(':').to_lowercase();
                    sorted.pairs.push(Pair {
                        label: known,
                        word,
                        value: value.join(&FOLD.to_string()),
                        row,
                    });
                }
            }
            _ => match cell.first().and_then(|line| split(line)) {
                Some((label, word, value)) => sorted.pairs.push(Pair {
                    label,
                    word,
                    value,
                    row,
                }),
                None => sorted.prose.push((row, text(cell))),
            },
        }
    }
}

/// `Label: value`, or `Label   value` set apart by blanks.
fn split(line: &str) -> Option<(Label, String, String)> {
    let (label, value) = match line.split_once(':') {
        Some((label, value)) if meaning(label).is_some() => (label, value),
        _ => line
            .split_once("  ")
            .filter(|(label, _)| meaning(label).is_some())?,
    };
    let known = meaning(label)?;
    let value = value.trim();
    if value.is_empty() {
        return None;
    }
    Some((known, label.trim().to_lowercase(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_known_as_a_whole_only() {
        assert_eq!(meaning("Betrag:"), Some(Label::Amount));
        assert_eq!(meaning("Betrag (EUR)"), Some(Label::Amount));
        assert_eq!(meaning("Montant :"), Some(Label::Amount));
        assert_eq!(meaning("Betrag der Gebühr"), None);
        assert_eq!(meaning("Verfügbarer Betrag"), Some(Label::Aside));
    }

    #[test]
    fn a_value_is_split_off_once() {
        let (label, _, value) = split("Verwendungszweck: Betrag: 99,00 EUR").unwrap_or((
            Label::Aside,
            String::new(),
            String::new(),
        ));
        assert_eq!(
            (label, value.as_str()),
            (Label::Purpose, "Betrag: 99,00 EUR")
        );
        assert_eq!(
            split("Betrag    12,00 EUR").map(|s| s.0),
            Some(Label::Amount)
        );
        assert_eq!(split("Von Herzen alles Gute"), None);
    }
}
