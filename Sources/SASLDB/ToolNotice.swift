/// What the tools for sasldb2 files print about themselves, in the shape that those of Cyrus SASL have.
package enum ToolNotice {
    /// Two lines between blank ones.
    package static func text(of program: String) -> String {
        """

        This is \(program) of swift-saslauthd, which keeps the password files of
        Cyrus SASL. It is no part of Cyrus SASL.


        """
    }

    /// The notice and two lines with the version of libsasl2 whose files and behaviour the tools have.
    package static func versions(of program: String) -> String {
        text(of: program) + """
            Built against SASL API version 2.1.28
            LibSasl version 2.1.28 by "swift-saslauthd"

            """
    }
}
