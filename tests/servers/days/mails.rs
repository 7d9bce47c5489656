//! The mails that the merchant receives: orders of three systems, money of three kinds, answers. Own writing, in the
//! layouts that the recipes read.

use jiff::civil::Date;
use mahnwerk::ledger::SourceId;

use super::stage::{MERCHANT, at, zone};

const IBAN: &str = "DE02120300000000202051";
/// Delivery, in cents: every order has it.
const DELIVERY: u32 = 490;

/// One of the merchant's three shops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shop {
    /// Shopware 6.
    Tee,
    /// WooCommerce.
    Hof,
    /// JTL.
    Buero,
}

/// An order as the shop confirms it.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    pub shop: Shop,
    pub number: &'static str,
    pub name: &'static str,
    pub address: &'static str,
    /// Goods and delivery.
    pub cents: u32,
    pub day: Date,
}

/// A transfer as the statement lists it.
#[derive(Clone, Copy, Debug)]
pub struct Transfer {
    pub day: Date,
    pub cents: u32,
    pub payer: &'static str,
    pub purpose: &'static str,
}

impl Order {
    /// The confirmation.
    pub fn mail(&self) -> Vec<u8> {
        let (text, from, subject) = match self.shop {
            Shop::Tee => (
                include_str!("mails/shopware6.eml"),
                "bestellung@teestube.example",
                "Ihre Bestellung",
            ),
            Shop::Hof => (
                include_str!("mails/woocommerce.eml"),
                "laden@hofkiste.example",
                "Deine Bestellung bei Hofkiste ist eingegangen!",
            ),
            Shop::Buero => (
                include_str!("mails/jtl.eml"),
                "shop@buerobedarf.example",
                "Ihre Bestellung bei Bürobedarf Lindner",
            ),
        };
        let to = format!("{} <{}>", self.name, self.address);
        self.fill(&(head(from, &to, subject, self.day) + text))
    }

    /// PayPal's word that it was paid there.
    pub fn paypal(&self, day: Date) -> Vec<u8> {
        let paid = Order { day, ..*self };
        let subject = "Du hast eine Zahlung erhalten";
        let head = head("service@paypal.de", MERCHANT, subject, day);
        paid.fill(&(head + include_str!("mails/paypal.eml")))
    }

    /// The bank's short word on a transfer: half a name, no purpose.
    pub fn kontowecker(&self, day: Date, short_name: &str) -> Vec<u8> {
        let subject = "Ihr Umsatzwecker: 1 neuer Umsatz";
        let head = head("noreply@kontowecker.de", MERCHANT, subject, day);
        self.fill(
            &(head + &include_str!("mails/kontowecker.eml").replace("SHORT-NAME", short_name)),
        )
    }

    fn fill(&self, text: &str) -> Vec<u8> {
        let long_day = format!("{}. März {}", self.day.day(), self.day.year());
        crlf(
            &text
                .replace("LONG-DAY", &long_day)
                .replace("DAY", &self.day.strftime("%d.%m.%Y").to_string())
                .replace("HOUR", "10:12")
                .replace("NUMBER", self.number)
                .replace("NAME", self.name)
                .replace("ADDRESS", self.address)
                .replace("GOODS", &euros(self.cents - DELIVERY, ','))
                .replace("TOTAL", &euros(self.cents, ',')),
        )
    }
}

/// The camt.053 statement of the days from `from` to `until`.
pub fn statement(from: Date, until: Date, transfers: &[Transfer]) -> Vec<u8> {
    let entries: String = transfers
        .iter()
        .enumerate()
        .filter(|(_, transfer)| (from..=until).contains(&transfer.day))
        .map(|(index, transfer)| entry(index, transfer))
        .collect();
    let head = head("auszug@bank.example", MERCHANT, "Kontoauszug", until);
    crlf(&format!(
        "{head}Content-Type: multipart/mixed; boundary=\"auszug\"\n\n--auszug\nContent-Type: text/plain\n\nIm Anhang.\n--auszug\n\
         Content-Type: application/xml; name=\"auszug.xml\"\nContent-Disposition: attachment; filename=\"auszug.xml\"\n\n\
         <?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">\n\
         <BkToCstmrStmt><GrpHdr><MsgId>A{until}</MsgId><CreDtTm>{until}T22:00:00</CreDtTm></GrpHdr>\n\
         <Stmt><Id>A{until}</Id><CreDtTm>{until}T22:00:00</CreDtTm>\n\
         <FrToDt><FrDtTm>{from}T00:00:00</FrDtTm><ToDtTm>{until}T23:59:59</ToDtTm></FrToDt>\n\
         <Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>EUR</Ccy></Acct>\n\
         <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">2500.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>\
         <Dt><Dt>{until}</Dt></Dt></Bal>\n{entries}</Stmt></BkToCstmrStmt></Document>\n--auszug--\n"
    ))
}

fn entry(index: usize, transfer: &Transfer) -> String {
    let Transfer {
        day,
        cents,
        payer,
        purpose,
    } = transfer;
    let amount = format!(
        "<Amt Ccy=\"EUR\">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd>",
        euros(*cents, '.')
    );
    format!(
        "<Ntry>{amount}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>\
         <AcctSvcrRef>BANK-{index}</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>\
         {amount}<RltdPties><Dbtr><Pty><Nm>{payer}</Nm></Pty></Dbtr></RltdPties>\
         <RmtInf><Ustrd>{purpose}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n"
    )
}

/// The merchant's reply to the digest with this subject.
pub fn reply(subject: &str, words: &str, day: Date) -> Vec<u8> {
    let head = head(
        MERCHANT,
        "rechnung@lindner.example",
        &format!("Re: {subject}"),
        day,
    );
    crlf(&format!(
        "{head}Content-Type: text/plain; charset=utf-8\n\n{words}\n"
    ))
}

/// A customer writes.
pub fn customer_writes(address: &str, words: &str, day: Date) -> Vec<u8> {
    let head = head(address, "rechnung@lindner.example", "Meine Bestellung", day);
    crlf(&format!(
        "{head}Content-Type: text/plain; charset=utf-8\n\n{words}\n"
    ))
}

/// What every mail begins with, the receiving server's verdict first.
fn head(from: &str, to: &str, subject: &str, day: Date) -> String {
    let domain = from.split_once('@').unwrap().1;
    let mark = SourceId::of(format!("{from} {to} {subject}").as_bytes());
    let date = at(day, 6, 0)
        .to_zoned_datetime(zone())
        .strftime("%a, %d %b %Y %H:%M:%S %z")
        .to_string();
    format!(
        "Authentication-Results: mx.lindner.example; dkim=pass header.d={domain}; spf=pass smtp.mailfrom={from};\n \
         dmarc=pass header.from={domain}\nFrom: {from}\nTo: {to}\nSubject: {subject}\nDate: {date}\n\
         Message-ID: <{day}.{mark}@{domain}>\nMIME-Version: 1.0\n"
    )
}

fn euros(cents: u32, comma: char) -> String {
    format!("{}{comma}{:02}", cents / 100, cents % 100)
}

fn crlf(text: &str) -> Vec<u8> {
    text.replace('\n', "\r\n").into_bytes()
}
