//! The words that payment terms are known by, by what they speak of. German, English, French, Italian; some Dutch,
//! Spanish and Polish. A word of up to three letters is meant whole, a longer one is the beginning of a word.

/// Paying, in sentences that are terms.
pub const PAY: &str = "zahl rimessa überweis ueberweis fällig faellig netto net pay paym payab bezahl paid due paiement régl règl \
    échéance pagament pagar scadenza betal płat pago begleich ausgleich entricht abzug betrag ziel \
    skonto discount escompte remit settle vencimiento virement bonific";
/// Something other than paying in time: returns, complaints, default, other periods.
pub const ASIDE: &str = "widerruf rückgab reklam beanstand mängel einwänd einwend rücksend umtausch garantie gewährleist \
    return refund complaint warrant réclamation retour kündig verzug mahn inkasso zins overdue penalt \
    pénalit retard indemnit mora ritardo gültig valid lieferzeit leistungszeitraum \
    abrechnungszeitraum zeitraum versäum eigentum interest intérêt interess ablauf charge";
/// A discount.
pub const OFFER: &str = "skont skto discount escompte sconto korting descuento abzüglich abzgl nachlass nachlaß rabatt remise \
    abschlag";
/// A percentage that is a tax.
pub const TAX: &str = "mwst ust umsatzsteuer mehrwertsteuer vat tva iva btw steuer tax taxe mva";
/// At once (whole words).
pub const NOW: &str = "sofort sofortige sofortiger umgehend unverzüglich immediately immediate immédiat immédiatement \
    comptant immediato immediata prompt";
/// Without (whole words).
pub const NO: &str = "ohne kein keine keinen keinerlei without no sans pas aucun senza nessuno nessun zonder geen sin";
/// The receipt of something.
pub const RECEIPT: &str =
    "erhalt eingang zugang empfang receipt réception reception ricevimento recepción ontvangst";
/// The invoice.
pub const INVOICE: &str = "rechnung invoice facture facturation fattura factuur";
/// A period that begins or ends elsewhere: delivery, end of a month, working days.
pub const ELSEWHERE: &str = "lieferung lieferdat ware leistung abnahme fertigstell versand delivery livraison consegna shipment levering \
    monatsende ultimo eom folgemonat monats month fine fin mese mois quartal werktag arbeitstag \
    jahresende";
/// Collected by the seller.
pub const COLLECT: &str = "lastschrift bankeinzug einzug eingezogen einziehen abgebucht abbuch prélev prélèvement addebit \
    domiciliaci";
/// Paid.
pub const PAID: &str = "bezahlt beglichen dankend acquitt pagata pagato voldaan paid réglée";
/// Still to be done, beside a word for paid (whole words).
pub const TO_DO: &str = "be werden wird binnen innerhalb within bis by doit deve nicht not";
/// Set off.
pub const SET_OFF: &str = "verrechnet gutgeschrieben verrechnung";
/// Before a date that begins something (whole words).
pub const FROM: &str = "vom von from dated du dal seit since ab";
/// Dates that are no last day to pay, before the date.
pub const OTHER_DATE: &str =
    "rechnungsdat belegdat ausstellungsdat lieferdat leistungsdat bestelldat valuta";
/// Parts of the amount, each with its own day; a value date.
pub const PARTS: &str = "rate raten ratenzahl teilzahl instal valuta";
/// Days that a calendar would have to tell.
pub const CALENDAR: &str =
    "monatsende folgemonat folgemonats ultimo monatlich eom quartalsende jahresende";
/// Collected or paid elsewhere, where no period is named.
pub const ELSEWHERE_PAID: &str = "kreditkarte paypal klarna nachnahme carte carta";
/// In advance.
pub const ADVANCE: &str = "vorkasse vorauskasse voraus vorab advance prepay prépaiement anticipato";

/// Whether a word is one of these, whole.
pub fn is_one(word: &str, list: &str) -> bool {
    list.split(' ').any(|one| one == word)
}

/// Whether a word begins with one of these stems (a long stem may also stand at the end of a compound).
pub fn has_stem(word: &str, stems: &str) -> bool {
    stems.split(' ').any(|stem| match stem.len() {
        0..=3 => word == stem,
        length => {
            let compound = length > 5 && word.len() > length + 3;
            word.starts_with(stem) || compound && word.contains(stem)
        }
    })
}
