/// The version notices of the tools for sasldb2 files, in the format of Cyrus SASL's tools.
package enum ToolNotice {
    /// Two lines, with blank lines before and after.
    package static func text(of program: String) -> String {
        """

        This is \(program) of swift-saslauthd, which manages Cyrus SASL's password
        files. It is not part of Cyrus SASL.


        """
    }

    /// The notice and two lines with the version of libsasl2 with which the tools are compatible.
    package static func versions(of program: String) -> String {
        text(of: program) + """
            Built against SASL API version 2.1.28
            LibSasl version 2.1.28 by "swift-saslauthd"

            """
    }
}
