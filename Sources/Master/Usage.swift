internal import Authentication

/// The texts of `-h` and `-v`.
enum Usage {
    static let text = """
        usage: saslauthd [options]

        option information:
          -a <authmech>  Selects the authentication mechanism to use. Given again,
                         they are asked in this order; NAME:realm=REALM and
                         NAME:service=SERVICE are asked about such requests.
          -c             Enable credential caching: what was accepted is accepted
                         again for a while without asking the mechanism.
          -d             Debugging (don't detach from tty, implies -V)
          -f             Foreground: don't detach from tty
          -h             Show this help.
          -l             Accepted and without effect: there is no accept lock.
          -m <path>      Alternate path for the saslauthd working directory,
                         must be absolute. May be given again: each directory
                         gets a socket.
          -n <procs>     Largest number of workers. Enter `0' for a new worker
                         for each request. Default: 32 for pam, 5 for others.
          -O <option>    Optional argument to pass to the authentication
                         mechanism, that of the -a before it.
          -r             Combine the realm with the login before passing to
                         the authentication mechanism: login@realm
          -s <kilobytes> Cache size. Default: 2560.
          -t <seconds>   Cache timeout. Default: 600.
          -v             Show version and mechanisms, and exit.
          -V             Verbose: log successes and what happens inside.
          --allow-group <name>, --allow-user <name>
                         Who may ask; may be given again. Default: everyone who
                         can reach the socket.
          --cache-grace <seconds>
                         How long what was accepted is accepted again while the
                         mechanism cannot say anything. Default: 0.
          --check        Say what a daemon with these options would do, and
                         what would keep it from it.
          --check <login> Ask the mechanism about one login, without a daemon,
                         and tell what it finds; asks for the password.
          --check-service <name>
                         The service that --check names. Default: smtp.
          --log <journal|stderr|syslog>
                         Where to log. Default: stderr with -d and -f, else the
                         journal where there is one, else syslog.
          --log-format <text|json>
                         Text (default), or an object of JSON in each line.
          --log-prefix <blank|do_auth>
                         What stands before the text of a line: blanks, as in
                         the original since 2.1.27 (default), or the names of
                         its functions, which logwatch and old filters match.
          --log-success  Log successes without -V.
          --max-connections <n>
                         Largest number of clients' connections. Default: 1024.
          --max-delay <seconds>
                         The longest delay of a refusal. Default: 8.
          --max-field <bytes>
                         Longest login, password, service or realm: 256 to
                         8160. Default: 256.
          --max-memory <megabytes>
                         A worker that has grown beyond it is replaced; 0:
                         never. Default: 256.
          --max-requests <n>
                         A worker is replaced after so many requests; 0: never.
                         Default: 1000 for pam, shadow, getpwent and plugins.
          --mechanism-directory <path>
                         Where the mechanisms' programs are.
          --metrics <address:port or path>
                         Offer figures to Prometheus. Default: no.
          --next-on <unknown|refused>
                         After which refusals the next mechanism is asked.
                         Default: when the user is unknown.
          --request-timeout <seconds>
                         How long a client may take to ask. Default: 10.
          --settings <file>
                         A file of options: /etc/default/saslauthd for
                         instance. A `-' before its name: it may be missing. Of
                         several the first that is there counts.
          --socket-group <name>
                         The group of the socket. Default: the daemon's.
          --socket-mode <mode>
                         The permissions of the socket. Default: 0777.
          --throttle <on|off>
                         Slow down who guesses passwords. Default: on.
          --timeout <seconds>
                         How long a mechanism may take. Default: 30,
                         with pam 90.
          --unavailable <tempfail|no>
                         What a client is told when nothing could be found
                         out: a temporary failure (default), or NO.
          --user <name>  Account of the processes that need not be root.
                         Default: saslauth, or nobody.

        """

    /// The text of `-v`, with the names of the mechanisms that can be used.
    static func versionText(mechanisms: [String]) -> String {
        "saslauthd \(Product.version) (swift-saslauthd)\nauthentication mechanisms: \(mechanisms.joined(separator: " "))\n\n"
    }
}
