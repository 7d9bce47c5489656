//! Servers of mail providers that merchants use, from general knowledge and not looked up anywhere: a guess to begin
//! with. Every value can be changed, and `setup`'s log-in test says whether it is right before anything is written.

/// A provider.
#[derive(Debug)]
pub(super) struct Provider {
    /// Word to choose it by.
    pub(super) word: &'static str,
    /// Domains of its addresses; hosters have none, their customers use their own.
    domains: &'static [&'static str],
    /// IMAP server, port 993.
    pub(super) imap: &'static str,
    /// Mail server.
    pub(super) smtp: &'static str,
    /// 465 (TLS at once) or 587 (STARTTLS).
    pub(super) smtp_port: u16,
    /// authserv-id of its verdicts, where it is always the same.
    pub(super) authserv: Option<&'static str>,
    /// What to know before the first try.
    pub(super) hint: &'static str,
}

const fn hoster(word: &'static str, imap: &'static str, smtp: &'static str) -> Provider {
    Provider {
        word,
        domains: &[],
        imap,
        smtp,
        smtp_port: 465,
        authserv: None,
        hint: "",
    }
}

/// The table.
pub(super) const PROVIDERS: &[Provider] = &[
    hoster("ionos", "imap.ionos.de", "smtp.ionos.de"),
    hoster("strato", "imap.strato.de", "smtp.strato.de"),
    hoster("hetzner", "mail.your-server.de", "mail.your-server.de"),
    hoster("domainfactory", "sslin.df.eu", "sslout.df.eu"),
    Provider {
        hint: "all-inkl: the server is w0123456.kasserver.com with the number of your account.",
        ..hoster("all-inkl", "", "")
    },
    Provider {
        domains: &["mailbox.org"],
        ..hoster("mailbox.org", "imap.mailbox.org", "smtp.mailbox.org")
    },
    Provider {
        domains: &["gmx.de", "gmx.net", "gmx.at", "gmx.ch"],
        hint: "GMX: allow IMAP once in the settings (E-Mail, POP3/IMAP-Abruf).",
        ..hoster("gmx", "imap.gmx.net", "mail.gmx.net")
    },
    Provider {
        domains: &["web.de"],
        smtp_port: 587,
        hint: "WEB.DE: allow IMAP once in the settings (E-Mail, POP3/IMAP-Abruf).",
        ..hoster("web.de", "imap.web.de", "smtp.web.de")
    },
    Provider {
        domains: &["gmail.com", "googlemail.com"],
        authserv: Some("mx.google.com"),
        hint: "Gmail: needs an app password, the one of the account is refused.",
        ..hoster("gmail", "imap.gmail.com", "smtp.gmail.com")
    },
    Provider {
        domains: &[
            "outlook.com",
            "outlook.de",
            "hotmail.com",
            "hotmail.de",
            "live.de",
        ],
        smtp_port: 587,
        hint: "Microsoft 365: log-in by password is switched off there in most accounts; ask your administrator.",
        ..hoster(
            "microsoft365",
            "outlook.office365.com",
            "smtp.office365.com",
        )
    },
];

/// The provider of an address, by its domain.
pub(super) fn of(address: &str) -> Option<&'static Provider> {
    let (_, domain) = address.rsplit_once('@')?;
    let own = |provider: &&Provider| {
        provider
            .domains
            .iter()
            .any(|d| d.eq_ignore_ascii_case(domain))
    };
    PROVIDERS.iter().find(own)
}

/// The provider of a word.
pub(super) fn named(word: &str) -> Option<&'static Provider> {
    PROVIDERS
        .iter()
        .find(|provider| provider.word.eq_ignore_ascii_case(word))
}

/// All words.
pub(super) fn words() -> String {
    PROVIDERS
        .iter()
        .map(|provider| provider.word)
        .collect::<Vec<_>>()
        .join(", ")
}
