#!/usr/bin/env bash
# Builds MetricsKit in Release and runs all of its tests. Arguments go to `dotnet test`, such as --filter "FullyQualifiedName~Safety".
# The last line is the sum over all projects; what cannot run at all (a build, a test process that dies) counts as one failure.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

readonly results=artifacts/test-results
readonly policy=/usr/sbin/policy-rc.d
passed=0 failed=0 skipped=0

# Background build processes would outlive the run and hold its output open.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

finish() {
    local sum="$passed passed, $failed failed"
    ((skipped == 0)) || sum+=", $skipped skipped"
    # A run that tested nothing, or that skipped where nothing may be skipped, must not look like success.
    local status=0
    ((failed == 0 && passed > 0)) || status=1
    if [[ ${CI-} == true && $skipped -gt 0 ]]; then
        echo "With CI=true nothing may be skipped."
        status=1
    fi
    echo "$sum"
    exit "$status"
}

stop() {
    echo "$1"
    failed=$((failed + 1))
    finish
}

as_root() {
    if [[ $(id -u) == 0 ]]; then "$@"; else sudo -n "$@"; fi
}

# What tests start themselves, real servers and Node: a Debian package, and the programs of it that they want.
readonly -A servers=([prometheus]="prometheus promtool" [influxdb]="influxd" [nodejs]="node" [npm]="npm")

# The receiver of OTLP, which is a Node program with modules that its lock file pins.
readonly receiver=tests/MetricsKit.Testing/Otlp/receiver

has() {
    local program
    for program in ${servers[$1]}; do command -v "$program" >/dev/null || return 1; done
}

missing() {
    local package
    for package in "${!servers[@]}"; do has "$package" || echo "$package"; done
}

may_install() {
    command -v apt-get >/dev/null && { [[ $(id -u) == 0 ]] || sudo -n true 2>/dev/null; }
}

apt_install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 "$@"
}

# Debian starts a service when it installs it. The tests want the program and nothing that listens on a port, so a policy
# forbids the start while the packages are set up; a policy that was there before is respected and the services stopped instead.
install_servers() {
    local ours='' package packages=()
    for package; do
        # Installed but not found: whoever hid it may still run its service, which is not ours to stop.
        [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || packages+=("$package")
    done
    ((${#packages[@]} > 0)) || return 0
    if [[ ! -e $policy ]]; then
        ours=yes
        trap 'as_root rm -f "$policy"' EXIT
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
    fi
    # Without an update first: often the lists are there, and when they are stale the second attempt has fresh ones.
    apt_install "${packages[@]}" || { as_root apt-get update -qq && apt_install "${packages[@]}"; }
    if [[ -n $ours ]]; then
        as_root rm -f "$policy"
        trap - EXIT
    fi
    for package in "${packages[@]}"; do stop_service "$package" "$ours"; done
}

stop_service() {
    [[ -e /lib/systemd/system/$1.service || -x /etc/init.d/$1 ]] || return 0 # Not every package is a service.
    # Not at the next boot either.
    command -v systemctl >/dev/null && as_root systemctl disable --quiet "$1.service"
    if [[ -d /run/systemd/system ]]; then
        as_root systemctl stop "$1.service"
    elif [[ -z $2 && -x /etc/init.d/$1 ]]; then
        as_root "/etc/init.d/$1" stop
    fi
}

ensure_servers() {
    local absent
    absent=$(missing)
    [[ -n $absent ]] || return 0
    if may_install; then
        echo "Missing, and now installed with apt-get, without starting services:" $absent
        # shellcheck disable=SC2086 # names of packages, split on purpose
        install_servers $absent </dev/null >&2
        absent=$(missing)
        [[ -n $absent ]] || return 0
    fi
    if [[ ${CI-} == true ]]; then
        echo "Missing, and could not be installed: with CI=true the tests that need them fail:" $absent
    else
        echo "Missing, and could not be installed: the tests with the real servers are skipped:" $absent
    fi
}

# Beside the program that wants them. npm writes its hidden lock last, so it is missing when an installation was broken off.
ensure_modules() {
    [[ $receiver/node_modules/.package-lock.json -ot $receiver/package-lock.json ]] || return 0
    if command -v npm >/dev/null; then
        echo "The modules of the OTLP receiver are missing or old, and now installed with npm."
        (cd "$receiver" && npm ci --ignore-scripts --no-audit --no-fund --prefer-offline --omit-lockfile-registry-resolved) </dev/null >&2 && return 0
    fi
    if [[ ${CI-} == true ]]; then
        echo "They could not be installed: with CI=true the tests that send OTLP to a real receiver fail."
    else
        rm -rf "$receiver/node_modules" # What is half there or of another version would fail instead of being skipped.
        echo "They could not be installed: the tests that send OTLP to a real receiver are skipped."
    fi
}

# The value of one attribute of a result file's <Counters>.
counter() {
    grep -o '<Counters [^>]*' "$1" | grep -o " $2=\"[0-9]*\"" | tr -dc 0-9
}

run_project() {
    local project=$1
    shift
    local name trx status=0 total executed good
    name=$(basename "$project" .csproj)
    trx=$results/$name.trx
    echo "== $name"
    # A test that hangs is ended and named, long before whoever runs this gives up.
    dotnet test "$project" -c Release --no-build --results-directory "$results" --logger "trx;LogFileName=$name.trx" \
        --blame-hang-timeout 10m --blame-hang-dump-type none "$@" || status=$?
    if [[ -f $trx ]]; then
        total=$(counter "$trx" total) executed=$(counter "$trx" executed) good=$(counter "$trx" passed)
        passed=$((passed + good)) skipped=$((skipped + total - executed))
        failed=$((failed + executed - good))
        ((status != 0 && executed == good)) || return 0
    elif ((status == 0)); then
        return 0 # A filter may leave a project with nothing to run.
    fi
    echo "$name ended with status $status beside its tests."
    failed=$((failed + 1))
}

command -v dotnet >/dev/null || stop "dotnet is missing: install the .NET 10 SDK."
ensure_servers
ensure_modules
rm -rf "$results"
dotnet build MetricsKit.sln -c Release || stop "The build failed."
for project in tests/*/*.csproj; do
    grep -q Microsoft.NET.Test.Sdk "$project" || continue
    run_project "$project" "$@"
done
finish
