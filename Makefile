# For users: make run, make test, make install, make deb. For developers, too: make format, make lint, make bench, make fuzz,
# make faults, make leaks, make longrun, make test SANITIZE=thread and SANITIZE=address.

SWIFT ?= swift
# 1: benchmarks take about a second for each row.
QUICK ?=
# thread or address: the tests and the programs under test run with this sanitizer.
SANITIZE ?=
DESTDIR ?=
PREFIX ?= /usr/local
SBINDIR ?= $(PREFIX)/sbin
LIBEXECDIR ?= $(PREFIX)/libexec/saslauthd
LIBDIR ?= $(PREFIX)/lib/saslauthd
MANDIR ?= $(PREFIX)/share/man
UNITDIR ?= $(PREFIX)/lib/systemd/system
SYSUSERSDIR ?= $(PREFIX)/lib/sysusers.d
TMPFILESDIR ?= $(PREFIX)/lib/tmpfiles.d
DOCDIR ?= $(PREFIX)/share/doc/saslauthd
BASHDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHDIR ?= $(PREFIX)/share/zsh/site-functions
FISHDIR ?= $(PREFIX)/share/fish/vendor_completions.d

# A folder with programs to install; if empty, they are built.
BIN ?=
VERSION = $(shell sed -n 's/.*static let version = "\(.*\)"/\1/p' Sources/Authentication/Product.swift)
# The Debian package: its maintainer, the folder for it, and its compression.
MAINTAINER ?= $(or $(DEBFULLNAME),swift-saslauthd authors) <$(or $(DEBEMAIL),saslauthd@localhost)>
DEB_DIR ?= .build
DEB_COMPRESSION ?= xz

PACKAGE = swift-saslauthd
DAEMON = saslauthd
# The frontend, and the mechanisms: each folder with a main.swift is a program.
HELPERS = saslauthd-frontend $(patsubst Sources/Mechanisms/%/main.swift,saslauthd-%,$(sort $(wildcard Sources/Mechanisms/*/main.swift)))
TOOLS = saslauthctl testsaslauthd saslpasswd2 sasldblistusers2

BUILD_PACKAGES = libargon2-dev libcrypt-dev libcurl4-openssl-dev libdb5.3-dev libldap-dev libmariadb-dev libpam0g-dev libsasl2-dev \
    libssl-dev libutf8proc-dev
INSTALL_PACKAGES = patchelf
DEB_PACKAGES = dpkg-dev
LEAK_PACKAGES = binutils valgrind
TEST_PACKAGES = gcc whois sasl2-bin db5.3-util libsasl2-modules libpam-mysql mariadb-server galera-4 rsync procps postfix swaks \
    libauthen-sasl-perl libdigest-hmac-perl libnet-ssleay-perl gsasl msmtp lua5.4 lua-bitop lua-expat lua-filesystem \
    lua-sec lua-socket argon2 libnss-systemd dovecot-core dovecot-imapd dovecot-pop3d perdition imapproxy \
    nginx-light libnginx-mod-mail slapd slapd-contrib ldap-utils m4 openssl python3 zsh fish \
    python3-passlib python3-pkg-resources groff mandoc iproute2 util-linux systemd debootstrap lintian $(INSTALL_PACKAGES) $(DEB_PACKAGES)
# Unpacked, not installed: mail servers, which conflict with Postfix; daemons, which would be started; PAM modules,
# which would change the machine's services; a module of Radicale, which itself is not needed.
UNPACKED_PACKAGES = exim4-daemon-light exim4-daemon-heavy sendmail-bin sendmail-cf fail2ban logwatch prometheus libpam-oath oathtool \
    libpam-pwdfile libpam-python libpam-script libpam-sss libpam-ldapd nslcd supervisor python3-radicale-dovecot-auth \
    prosody prosody-modules
# Packages of the small Debian in which the tests install our own package.
DEBIAN_PACKAGES = adduser init-system-helpers libargon2-1 libcrypt1 libcurl4 libdb5.3 libldap-2.5-0 libmariadb3 libpam0g libpam-modules libssl3 libutf8proc2 \
    procps sysvinit-utils

# Files and folders that must follow the glossary.
WORDED = man README.md Sources

# A target may import only targets that it declares as dependencies.
FLAGS = --explicit-target-dependency-import-check error
RELEASE = -c release $(FLAGS)
# The build with a sanitizer has a folder of its own.
ifneq ($(filter-out thread address,$(SANITIZE))$(word 2,$(SANITIZE)),)
$(error SANITIZE=$(SANITIZE): expected thread or address)
endif
SANITIZED = $(addprefix --sanitize=,$(SANITIZE)) $(addprefix --scratch-path .build/,$(SANITIZE))

.PHONY: all run test lint format bench faults fuzz leaks longrun pictures install deb clean build-packages test-packages release

all: release

build-packages:
	@.ci/packages $(BUILD_PACKAGES)

test-packages:
	@.ci/packages $(BUILD_PACKAGES) $(TEST_PACKAGES)
	@.ci/unpack .build/unpacked $(UNPACKED_PACKAGES)
	@.ci/debian .build/debian $(DEBIAN_PACKAGES)

release: build-packages
	$(SWIFT) build $(RELEASE)

run: build-packages
	$(SWIFT) build $(FLAGS)
	@.ci/demo "$$($(SWIFT) build --show-bin-path)"

lint:
	$(SWIFT) format lint --strict --recursive Sources Tests Package.swift
	@for page in man/*; do groff -mdoc -ww -z $$page && mandoc -T lint -W warning $$page || exit 1; done
	@Tests/wording $(WORDED)

format:
	$(SWIFT) format --in-place --recursive Sources Tests Package.swift

# The tests come last, so that the table of their suites, and what failed, is at the end.
# With SANITIZE=thread or SANITIZE=address, the tests take several times as long, and nothing is built for release.
test: test-packages lint
	$(SWIFT) build --build-tests $(FLAGS) $(SANITIZED)
ifeq ($(SANITIZE),)
	$(SWIFT) build $(RELEASE)
	@.ci/smoke "$$($(SWIFT) build $(RELEASE) --show-bin-path)"
	@QUICK=1 Tests/Benchmarks/all.sh "$$($(SWIFT) build $(RELEASE) --show-bin-path)"
endif
	@SANITIZE=$(SANITIZE) .ci/tests "$$($(SWIFT) build $(SANITIZED) --show-bin-path)/$(PACKAGE)PackageTests.xctest"

# Measures the speed, also under attack, and writes Tests/Benchmarks/RESULTS.md and the pictures of the README; takes about
# 50 minutes, on an idle machine. With QUICK=1, only checks that the benchmarks work.
FULL_BENCH = $(if $(filter-out 0,$(QUICK)),,FIGURES=Tests/Benchmarks/pictures RESULTS=Tests/Benchmarks/RESULTS.md)
bench: test-packages release
	SWIFT="$(SWIFT)" QUICK=$(QUICK) $(FULL_BENCH) Tests/Benchmarks/all.sh "$$($(SWIFT) build $(RELEASE) --show-bin-path)"

# Runs libFuzzer on every parser of untrusted input, a minute each: SECONDS_EACH=600, TARGETS="mux dovecot", JOBS=2.
fuzz: build-packages
	@SWIFT="$(SWIFT)" Tests/Fuzz/run

# Runs a worker of each mechanism under valgrind, which finds invalid memory accesses and leaks: MECHANISMS="pam ldap".
leaks: test-packages release
	@.ci/packages $(LEAK_PACKAGES)
	QUICK=$(QUICK) Tests/Benchmarks/leaks.sh "$$($(SWIFT) build $(RELEASE) --show-bin-path)"

# Logins while processes, limits, disks, logs, the clock and back ends fail, a minute for each mechanism: SECONDS_EACH=600, MECHANISMS="ldap pam".
# SEED repeats a run.
faults: test-packages release
	@Tests/Benchmarks/faults.sh "$$($(SWIFT) build $(RELEASE) --show-bin-path)"

# Millions of logins and hundreds of reloads, during which no process may grow; REQUESTS and RELOADS set the amount, QUICK=1 makes it short.
longrun: test-packages release
	@QUICK=$(QUICK) Tests/Benchmarks/longrun.sh "$$($(SWIFT) build $(RELEASE) --show-bin-path)"

# Draws the pictures of the README again, from the figures of the last `make bench`.
pictures:
	python3 -B Tests/Benchmarks/pictures.py draw Tests/Benchmarks/pictures

# Installed programs find the Swift runtime in a private folder, by a relative path: the machine needs no toolchain.
install: $(if $(BIN),,release)
	@.ci/packages $(INSTALL_PACKAGES)
	install -d $(addprefix "$(DESTDIR)",$(SBINDIR) $(LIBEXECDIR) $(LIBDIR) $(MANDIR)/man7 $(MANDIR)/man8 $(UNITDIR) $(SYSUSERSDIR) \
	    $(TMPFILESDIR) $(DOCDIR) $(BASHDIR) $(ZSHDIR) $(FISHDIR))
	bin=$(or $(BIN),$$($(SWIFT) build $(RELEASE) --show-bin-path)) && \
	(cd "$$bin" && install -s -m 755 $(DAEMON) $(TOOLS) "$(DESTDIR)$(SBINDIR)") && \
	(cd "$$bin" && install -s -m 755 $(HELPERS) "$(DESTDIR)$(LIBEXECDIR)") && \
	for program in $(DAEMON) $(TOOLS); do \
	    "$$bin/$$program" --generate-completion-script bash >"$(DESTDIR)$(BASHDIR)/$$program" && \
	    sed -i '1{/^#!/d}' "$(DESTDIR)$(BASHDIR)/$$program" && \
	    "$$bin/$$program" --generate-completion-script zsh >"$(DESTDIR)$(ZSHDIR)/_$$program" && \
	    "$$bin/$$program" --generate-completion-script fish >"$(DESTDIR)$(FISHDIR)/$$program.fish" && \
	    chmod 644 "$(DESTDIR)$(BASHDIR)/$$program" "$(DESTDIR)$(ZSHDIR)/_$$program" \
	        "$(DESTDIR)$(FISHDIR)/$$program.fish" || exit 1; \
	done && \
	.ci/runtime-libraries "$$bin" $(DAEMON) $(HELPERS) $(TOOLS) | \
	    xargs install -s -m 644 -t "$(DESTDIR)$(LIBDIR)"
	patchelf --set-rpath '$$ORIGIN' "$(DESTDIR)$(LIBDIR)"/*.so
	cd "$(DESTDIR)$(SBINDIR)" && patchelf --set-rpath "\$$ORIGIN/$$(realpath -m --relative-to=$(SBINDIR) $(LIBDIR))" \
	    $(DAEMON) $(TOOLS)
	cd "$(DESTDIR)$(LIBEXECDIR)" && \
	    patchelf --set-rpath "\$$ORIGIN/$$(realpath -m --relative-to=$(LIBEXECDIR) $(LIBDIR))" $(HELPERS)
	install -m 644 man/*.7 "$(DESTDIR)$(MANDIR)/man7"
	install -m 644 man/*.8 "$(DESTDIR)$(MANDIR)/man8"
	for unit in saslauthd.service saslauthd@.service saslauthd.socket; do \
	    sed 's|/usr/sbin/|$(SBINDIR)/|' systemd/$$unit >"$(DESTDIR)$(UNITDIR)/$$unit" || exit 1; \
	done
	install -m 644 systemd/saslauthd.sysusers "$(DESTDIR)$(SYSUSERSDIR)/saslauthd.conf"
	install -m 644 systemd/saslauthd.tmpfiles "$(DESTDIR)$(TMPFILESDIR)/saslauthd.conf"
	install -m 644 systemd/unprivileged.conf systemd/saslauthd-dovecot.socket "$(DESTDIR)$(DOCDIR)"
	install -D -m 644 packaging/fail2ban/saslauthd.conf "$(DESTDIR)$(DOCDIR)/fail2ban/saslauthd.conf"
	install -D -m 644 -t "$(DESTDIR)$(DOCDIR)/prometheus" packaging/prometheus/saslauthd.rules.yml \
	    packaging/prometheus/saslauthd-dashboard.json

# Builds a Debian package, which replaces sasl2-bin.
deb:
	@.ci/packages $(DEB_PACKAGES)
	rm -rf "$(DEB_DIR)/deb"
	mkdir -p "$(DEB_DIR)/deb"
	$(MAKE) install DESTDIR="$$(realpath "$(DEB_DIR)/deb")" PREFIX=/usr UNITDIR=/lib/systemd/system \
	    ZSHDIR=/usr/share/zsh/vendor-completions
	packaging/debian/build "$(DEB_DIR)/deb" "$(VERSION)" "$(MAINTAINER)" "$(DEB_DIR)" $(DEB_COMPRESSION)

clean:
	rm -rf .build
