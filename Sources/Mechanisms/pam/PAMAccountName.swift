internal import Authentication

/// The name that a verdict gives the account.
enum PAMAccountName {
    /// `user`, PAM_USER after the modules were asked, where they have put another name in the place of `login`; else `nil`.
    ///
    /// pam_winbind(8), pam_sss(8) and pam_krb5(8) do so. A module that knows no such user leaves the name as it came: that is no
    /// account.
    static func name(_ user: ByteString?, of login: ByteString) -> ByteString? {
        guard let user, !user.isEmpty, user != login else { return nil }
        return user
    }
}
