//! The files of the two Dovecots (reading; delivery and log-in of senders), of Postfix and of TLS, all below one directory.
//!
//! Two Dovecots over the same mailboxes, so that reading can be frozen while sending goes on. Every address of every domain
//! has a mailbox with the rig's password; `perm@` and `temp@` of any domain are refused at RCPT, `bounce@` is taken and
//! comes back as a bounce.

use std::path::Path;

use super::process::run;

/// What the files need to know.
pub struct Facts<'a> {
    pub directory: &'a Path,
    pub password: &'a str,
    /// Owner of the mail.
    pub uid: u32,
    pub gid: u32,
    /// Users of Dovecot's own processes.
    pub internal: &'a str,
    pub login: &'a str,
    pub group: &'a str,
    pub imap: u16,
    pub imaps: u16,
    pub submission: u16,
    pub submissions: u16,
}

pub fn write(path: &Path, text: &str) {
    let folder = path.parent().expect("a file below the rig");
    std::fs::create_dir_all(folder).expect("a writable rig");
    std::fs::write(path, text).expect("a writable rig");
}

/// An authority of our own, a certificate for `localhost`, and a second authority that signed nothing.
pub fn certificates(directory: &Path) {
    let tls = directory.join("tls");
    write(
        &tls.join("x.cnf"),
        "[req]\ndistinguished_name=dn\n[dn]\n[ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n\
         subjectKeyIdentifier=hash\n[server]\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n\
         keyUsage=digitalSignature\nauthorityKeyIdentifier=keyid\nsubjectAltName=DNS:localhost\n",
    );
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -config x.cnf";
    for command in [
        format!("openssl req -x509 {key} -keyout ca.key -out ca.pem -days 30 -subj /CN=rig -extensions ca"),
        format!("openssl req -x509 {key} -keyout other.key -out other.pem -days 30 -subj /CN=other -extensions ca"),
        format!("openssl req {key} -keyout server.key -out server.csr -subj /CN=localhost"),
        "openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 -out server.pem \
         -extfile x.cnf -extensions server"
            .to_owned(),
    ] {
        run(&command.split_whitespace().collect::<Vec<_>>(), &tls);
    }
}

fn dovecot_common(facts: &Facts<'_>, name: &str) -> String {
    let Facts {
        uid,
        gid,
        password,
        internal,
        login,
        group,
        ..
    } = facts;
    let d = facts.directory.display();
    format!(
        "base_dir = {d}/run/{name}\nstate_dir = {d}/run/{name}/state\nlog_path = {d}/log/{name}.log\nlisten = 127.0.0.1\n\
         instance_name = rig-{name}\ndefault_internal_user = {internal}\ndefault_internal_group = {group}\n\
         default_login_user = {login}\nfirst_valid_uid = 1\nfirst_valid_gid = 0\nmail_uid = {uid}\nmail_gid = {gid}\n\
         ssl = yes\nssl_cert = <{d}/tls/server.pem\nssl_key = <{d}/tls/server.key\nssl_min_protocol = TLSv1.2\n\
         disable_plaintext_auth = yes\nauth_mechanisms = plain login\nauth_failure_delay = 0\nauth_username_format = %Lu\n\
         mail_location = maildir:~/Maildir\nmail_fsync = never\n\
         namespace inbox {{\n  inbox = yes\n  separator = /\n  mailbox Sent {{\n    special_use = \\Sent\n    auto = subscribe\n  }}\n}}\n\
         passdb {{\n  driver = static\n  args = password={password}\n}}\n\
         userdb {{\n  driver = static\n  args = uid={uid} gid={gid} home={d}/mail/%Ld/%Ln allow_all_users=yes\n}}\n\
         service anvil {{\n  chroot =\n}}\n\
         service stats {{\n  unix_listener stats-writer {{\n    mode = 0666\n  }}\n}}\n\
         service auth {{\n  unix_listener auth-userdb {{\n    mode = 0666\n  }}\n}}\n"
    )
}

pub fn dovecot(facts: &Facts<'_>) {
    let d = facts.directory;
    let (imap, imaps) = (facts.imap, facts.imaps);
    let reading = dovecot_common(facts, "imap")
        + &format!(
            "protocols = imap\n\
             service imap-login {{\n  chroot =\n  inet_listener imap {{\n    port = {imap}\n  }}\n  inet_listener imaps {{\n    \
             port = {imaps}\n    ssl = yes\n  }}\n}}\n"
        );
    write(&d.join("etc/imap.conf"), &reading);
    let delivery = dovecot_common(facts, "mda")
        + "protocols = lmtp\nhostname = mail.rig.example\npostmaster_address = postmaster@rig.example\nrecipient_delimiter = +\n\
           service lmtp {\n  unix_listener lmtp {\n    mode = 0666\n  }\n}\n\
           service auth {\n  unix_listener auth-smtp {\n    mode = 0666\n  }\n}\n";
    write(&d.join("etc/mda.conf"), &delivery);
}

/// Postfix's own services, all without chroot.
const SERVICES: &[&str] = &[
    "pickup unix n - n 60 1 pickup",
    "cleanup unix n - n - 0 cleanup",
    "qmgr unix n - n 300 1 qmgr",
    "tlsmgr unix - - n 1000? 1 tlsmgr",
    "rewrite unix - - n - - trivial-rewrite",
    "bounce unix - - n - 0 bounce",
    "defer unix - - n - 0 bounce",
    "trace unix - - n - 0 bounce",
    "flush unix n - n 1000? 0 flush",
    "proxymap unix - - n - - proxymap",
    "showq unix n - n - - showq",
    "error unix - - n - - error",
    "retry unix - - n - - error",
    "lmtp unix - - n - - lmtp",
    "anvil unix - - n - 1 anvil",
    "postlog unix-dgram n - n - 1 postlogd",
];

pub fn postfix(facts: &Facts<'_>) {
    let etc = facts.directory.join("etc/postfix");
    let d = facts.directory.display();
    write(
        &etc.join("main.cf"),
        &format!(
            "compatibility_level = 3.6\nqueue_directory = {d}/spool\ndata_directory = {d}/data\n\
             daemon_directory = /usr/lib/postfix/sbin\ncommand_directory = /usr/sbin\nmail_owner = postfix\n\
             setgid_group = postdrop\nmaillog_file = {d}/log/smtp.log\nmaillog_file_prefixes = {d}\n\
             myhostname = mail.rig.example\nmydestination =\nlocal_transport = error:5.1.1 no local users\n\
             inet_interfaces = 127.0.0.1\ninet_protocols = ipv4\nmynetworks = 127.0.0.0/8\nsmtp_dns_support_level = disabled\n\
             default_transport = lmtp:unix:{d}/run/mda/lmtp\ntransport_maps = regexp:{d}/etc/postfix/transport\n\
             alias_maps =\nalias_database =\nsmtpd_tls_cert_file = {d}/tls/server.pem\nsmtpd_tls_key_file = {d}/tls/server.key\n\
             smtpd_tls_security_level = may\nsmtpd_tls_auth_only = yes\nsmtpd_sasl_type = dovecot\n\
             smtpd_sasl_path = {d}/run/mda/auth-smtp\nsmtpd_sasl_auth_enable = yes\n\
             smtpd_sender_login_maps = regexp:{d}/etc/postfix/owners\n\
             smtpd_sender_restrictions = reject_sender_login_mismatch\n\
             smtpd_relay_restrictions = permit_sasl_authenticated, reject\n\
             smtpd_recipient_restrictions = check_recipient_access regexp:{d}/etc/postfix/recipients, permit_sasl_authenticated, reject\n\
             smtpd_error_sleep_time = 0\nsmtpd_hard_error_limit = 1000\nin_flow_delay = 0\nmessage_size_limit = 37748736\n\
             mailbox_size_limit = 0\nminimal_backoff_time = 2s\nmaximal_backoff_time = 2s\nqueue_run_delay = 2s\n\
             import_environment = MAIL_CONFIG TZ\n"
        ),
    );
    write(&etc.join("owners"), "/^(.+)$/ $1\n");
    write(
        &etc.join("transport"),
        "/^bounce@/ error:5.1.1 this mailbox is gone\n",
    );
    write(
        &etc.join("recipients"),
        "/^perm@/ 550 5.1.1 no such mailbox here\n/^temp@/ 451 4.3.0 mailbox busy, come back\n",
    );
    let (submission, submissions) = (facts.submission, facts.submissions);
    let mut services = format!(
        "127.0.0.1:{submission} inet n - n - - smtpd\n  -o smtpd_tls_security_level=encrypt\n\
         127.0.0.1:{submissions} inet n - n - - smtpd\n  -o smtpd_tls_wrappermode=yes\n"
    );
    for line in SERVICES {
        services += line;
        services.push('\n');
    }
    write(&etc.join("master.cf"), &services);
}
