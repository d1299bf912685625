internal import Authentication
internal import MechanismKit
internal import Platform
internal import SystemAccounts

/// Checks passwords with Linux-PAM: authentication and account management of the service that the client names.
struct PAMMechanism: BlockingMechanism {
    private let log: MechanismLog
    private let files = LocalFiles()

    /// Logs a warning if the process lacks a right that pam_unix(8) needs; other modules may need none.
    init(log: MechanismLog) {
        self.log = log
        let shadow = "/etc/shadow"
        if FileAccess.isRefused(reading: shadow) {
            log.warning(
                "cannot read \(shadow), so pam_unix cannot check passwords: start the daemon as root, or from an account in the "
                    + "group that may read it"
            )
        }
    }

    /// Decides on `request`, in as much time as the modules take; the frontend applies the delay that they ask for.
    mutating func decide(on request: borrowing AuthRequest) -> Decision {
        guard PAMServiceName.isAllowed(request.service) else {
            let reason = "invalid PAM service name \"\(request.service)\""
            log.warning("\(reason); request refused")
            return Decision(.refused(.wrongPassword), detail: reason)
        }
        let conversation = PAMConversation(request, log)
        var run = Run()
        let verdict = verdict(request, conversation, &run)
        // In milliseconds, rounded up.
        let delay = conversation.delay / 1000 + (conversation.delay % 1000 > 0 ? 1 : 0)
        return Decision(verdict, delay: delay, account: run.account, detail: run.detail)
    }

    /// What else is known at the end of a run.
    private struct Run {
        /// The name that the modules gave the user, if it differs from the login.
        var account: ByteString?
        /// Which phase refused, with PAM's code and text.
        var detail = ""
    }

    private func verdict(
        _ request: borrowing AuthRequest,
        _ conversation: PAMConversation,
        _ run: inout Run
    ) -> Verdict {
        let service = request.service
        log.debug("service file: \(PAMServiceName.file(of: service))")
        do throws(PAMFailure) {
            var handle = try PAMHandle(service: service, conversation)
            try handle.takeOverDelay()
            if let host = request.client.plausibleHost { try handle.setRemoteHost(host) }
            do throws(PAMFailure) {
                defer { run.account = PAMAccountName.name(handle.user, of: request.login) }
                try handle.authenticate()
            } catch {
                return verdict(error, request, &run, error.status.refusalOfLogin)
            }
            log.debug("pam_authenticate: \(PAMStatus.success)")
            if let account = run.account { log.debug("account: the modules changed the user name to \(account)") }
            do throws(PAMFailure) {
                try handle.checkAccount()
            } catch {
                return verdict(error, request, &run, error.status.refusalOfAccount)
            }
            log.debug("pam_acct_mgmt: \(PAMStatus.success)")
            return .accepted
        } catch {
            advise(error, request)
            return .unavailable(Unavailability("service \(service): \(error)"))
        }
    }

    /// The verdict after a phase that did not succeed.
    private func verdict(
        _ failure: PAMFailure,
        _ request: borrowing AuthRequest,
        _ run: inout Run,
        _ refusal: Refusal
    ) -> Verdict {
        let (service, login) = (request.service, run.account ?? request.login)
        run.detail = "\(failure)"
        guard !failure.status.isFailureOfService || !files.lacksShadowLine(login) else {
            // pam_unix returns the same as when it cannot read the shadow file.
            log.warning("user \(login) has \"x\" in /etc/passwd and no line in /etc/shadow")
            log.advise("run pwconv(8), which adds the line, and passwd \(login)")
            return .refused(refusal)
        }
        advise(failure, request)
        guard !failure.status.isFailureOfService else {
            return .unavailable(Unavailability("service \(service): \(failure)"))
        }
        // pam_unix and pam_exec refuse when they cannot start their programs, and pam_unix when it cannot hash.
        if let shortage = Shortage.present() {
            return .unavailable(Unavailability("service \(service): \(failure), during a shortage: \(shortage)"))
        }
        return .refused(refusal)
    }

    private func advise(_ failure: PAMFailure, _ request: borrowing AuthRequest) {
        guard log.isVerbose else { return }
        let file = PAMServiceName.file(of: request.service)
        for line in PAMAdvice.lines(failure, login: request.login, file: file) { log.advise(line) }
    }
}
