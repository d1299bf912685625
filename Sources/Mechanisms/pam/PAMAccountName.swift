internal import Authentication

/// The account name that a verdict carries.
enum PAMAccountName {
    /// `user`, PAM_USER after the modules ran, if they replaced `login` with another name; otherwise `nil`.
    ///
    /// pam_winbind(8), pam_sss(8) and pam_krb5(8) do so. A module that does not know the user leaves the name unchanged, so an
    /// unchanged name says nothing about an account.
    static func name(_ user: ByteString?, of login: ByteString) -> ByteString? {
        guard let user, !user.isEmpty, user != login else { return nil }
        return user
    }
}
