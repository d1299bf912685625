internal import Authentication
internal import MechanismKit
internal import Platform
internal import SystemAccounts

/// Finds out by Linux-PAM: authentication and account management of the service that the client names.
struct PAMMechanism: BlockingMechanism {
    private let log: MechanismLog
    private let files = LocalFiles()

    /// Warns when the process has no right that pam_unix(8) needs; other modules may need none.
    init(log: MechanismLog) {
        self.log = log
        let shadow = "/etc/shadow"
        if FileAccess.isRefused(reading: shadow) {
            log.warning(
                "\(shadow) may not be read, so pam_unix cannot check passwords: start the daemon as root, or from an account in the "
                    + "group that may read it"
            )
        }
    }

    /// Decides on `request`, in as much time as the modules take; what they ask for as a failure's delay is left to the frontend.
    mutating func decide(on request: borrowing AuthRequest) -> Decision {
        guard PAMServiceName.isAllowed(request.service) else {
            log.warning("the service \"\(request.service)\" is no name of a file in /etc/pam.d and is refused")
            return Decision(.refused(.wrongPassword), detail: "no file in /etc/pam.d can be named \(request.service)")
        }
        let conversation = PAMConversation(request) { [log] in log.debug($0) }
        var run = Run()
        let verdict = verdict(request, conversation, &run)
        // In milliseconds, rounded up.
        let delay = conversation.delay / 1000 + (conversation.delay % 1000 > 0 ? 1 : 0)
        return Decision(verdict, delay: delay, account: run.account, detail: run.detail)
    }

    /// What else is known at the end of a run.
    private struct Run {
        /// The name that the modules have given the user, if it is another than the login.
        var account: ByteString?
        /// Which phase has refused, with PAM's own words.
        var detail = ""
    }

    private func verdict(
        _ request: borrowing AuthRequest,
        _ conversation: PAMConversation,
        _ run: inout Run
    ) -> Verdict {
        let service = request.service
        log.debug("service \(service): \(PAMServiceName.file(of: service))")
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
            do throws(PAMFailure) {
                try handle.checkAccount()
            } catch {
                return verdict(error, request, &run, error.status.refusalOfAccount)
            }
            return .accepted
        } catch {
            return .unavailable(Unavailability("service \(service): \(error)"))
        }
    }

    /// What a phase that has not succeeded comes to.
    private func verdict(
        _ failure: PAMFailure,
        _ request: borrowing AuthRequest,
        _ run: inout Run,
        _ refusal: Refusal
    ) -> Verdict {
        let (service, login) = (request.service, run.account ?? request.login)
        run.detail = "\(failure) (code \(failure.status.code)), by service \(service)"
        guard failure.status.isFailureOfService else { return .refused(refusal) }
        // Of this one pam_unix says what it says when it cannot read the shadow file.
        guard !files.lacksShadowLine(login) else {
            log.warning("user \(login) has \"x\" in /etc/passwd and no line in /etc/shadow; pwconv(8) makes one")
            return .refused(refusal)
        }
        return .unavailable(Unavailability("service \(service): \(failure)"))
    }
}
