'use strict';

// Receives OTLP metrics over HTTP and gRPC and tells what it received, as JSON. Its definitions of the messages are OpenTelemetry's
// own and its gRPC is that of the gRPC project, so that a mistake of MetricsKit's cannot be made again where it is looked for.
//
// It opens as many pairs of ports as it is asked to, each a receiver of its own, prints the port on which it is asked in one line
// of JSON, and ends when its input ends: whoever started it takes it along, however it goes.

const http = require('http');
const http2 = require('http2');
const zlib = require('zlib');

const loopback = '127.0.0.1';
const streams = new Map(); // Streams of HTTP/2 that are open, with what gRPC's library keeps to itself: their headers and lengths.
let lastStream = 0;

const createServer = http2.createServer;
http2.createServer = (...options) => {
    const server = createServer(...options);
    server.prependListener('stream', (stream, headers) => {
        const wire = { stream, headers: { ...headers }, length: 0 };
        const id = ++lastStream;
        headers['x-receiver-stream'] = String(id);
        streams.set(id, wire);
        stream.on('data', (part) => { wire.length += part.length; });
        stream.on('close', () => streams.delete(id));
    });
    return server;
};

const grpc = require('@grpc/grpc-js'); // after the servers of HTTP/2 are made by us
const { metrics } = require('@opentelemetry/otlp-transformer/build/src/generated/root').opentelemetry.proto.collector;
const { ExportMetricsServiceRequest: Request, ExportMetricsServiceResponse: Response } = metrics.v1;

// JSON has neither these numbers nor bytes: they become text, and so does every whole number of 64 bits.
function plain(value) {
    if (typeof value === 'number') return Number.isFinite(value) ? (Object.is(value, -0) ? '-0' : value) : String(value);
    if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
    if (Array.isArray(value)) return value.map(plain);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}

class Box {
    constructor(path) {
        this.path = path;
        this.reset();
    }

    reset() {
        this.requests = [];
        this.answers = [];
    }

    // Keeps the request and says how to answer it: as a test has scripted, else with success.
    take(request, message) {
        this.requests.push(request);
        try {
            request.request = plain(Request.toObject(Request.decode(message), { longs: String, enums: Number }));
        } catch (failure) {
            request.error = String(failure);
            return { status: 400, code: grpc.status.INVALID_ARGUMENT, message: request.error };
        }
        const answer = this.answers[0] ?? {};
        if (answer.times > 1) answer.times--;
        else this.answers.shift();
        return answer;
    }

    async open() {
        this.http = http.createServer((request, response) => this.post(request, response));
        this.grpc = new grpc.Server();
        const bytes = (b) => b;
        this.grpc.addService({
            Export: {
                path: '/opentelemetry.proto.collector.metrics.v1.MetricsService/Export',
                requestStream: false, responseStream: false,
                requestDeserialize: bytes, requestSerialize: bytes, responseDeserialize: bytes, responseSerialize: bytes,
            },
        }, { Export: (call, callback) => this.call(call, callback) });
        await new Promise((done) => this.http.listen(0, loopback, done));
        const grpcPort = await new Promise((done, fail) =>
            this.grpc.bindAsync(`${loopback}:0`, grpc.ServerCredentials.createInsecure(), (error, port) => (error ? fail(error) : done(port))));
        return { http: this.http.address().port, grpc: grpcPort };
    }

    close() {
        this.http.close();
        this.http.closeAllConnections();
        this.grpc.forceShutdown();
    }

    async post(request, response) {
        const parts = [];
        try {
            for await (const part of request) parts.push(part);
        } catch {
            return; // The client has gone.
        }
        const body = Buffer.concat(parts);
        const { headers, url } = request;
        const encoding = headers['content-encoding'] ?? '';
        const kept = { protocol: 'http', path: url, headers, encoding, wireLength: body.length };
        const refuse = (status, why) => {
            this.requests.push({ ...kept, error: why });
            response.writeHead(status, { 'content-type': 'text/plain' }).end(why);
        };
        if (request.method !== 'POST' || url !== this.path) return refuse(404, `${request.method} ${url} is not here`);
        if (headers['content-type'] !== 'application/x-protobuf') return refuse(415, `${headers['content-type']} is not protobuf`);
        if (encoding !== '' && encoding !== 'gzip') return refuse(415, `${encoding} is not gzip`);
        let message;
        try {
            message = encoding ? zlib.gunzipSync(body) : body;
        } catch (failure) {
            return refuse(400, String(failure));
        }
        const answer = this.take({ ...kept, length: message.length }, message);
        if (answer.hang) return;
        setTimeout(() => {
            if (answer.drop) return request.socket.destroy();
            const status = answer.status ?? 200;
            const type = status === 200 ? 'application/x-protobuf' : 'text/plain';
            const content = answer.body !== undefined ? Buffer.from(answer.body, 'base64') : status === 200 ? reply(answer) : answer.message ?? '';
            response.writeHead(status, { 'content-type': type, ...answer.headers }).end(content);
        }, answer.delay ?? 0);
    }

    call(call, callback) {
        const wire = streams.get(Number(call.metadata.get('x-receiver-stream')[0])) ?? { headers: {}, length: 0 };
        const kept = { protocol: 'grpc', path: wire.headers[':path'], headers: { ...wire.headers }, encoding: wire.headers['grpc-encoding'] ?? '', wireLength: wire.length };
        const answer = this.take({ ...kept, length: call.request.length }, call.request);
        if (answer.hang) return;
        setTimeout(() => {
            if (answer.drop) return wire.stream.session.destroy();
            const trailers = new grpc.Metadata();
            for (const [name, value] of Object.entries(answer.headers ?? {})) trailers.add(name, name.endsWith('-bin') ? Buffer.from(value, 'base64') : value);
            if (answer.code) callback({ code: answer.code, details: answer.message ?? '', metadata: trailers });
            else callback(null, answer.body !== undefined ? Buffer.from(answer.body, 'base64') : reply(answer), trailers);
        }, answer.delay ?? 0);
    }
}

function reply({ rejected, message }) {
    const partialSuccess = rejected === undefined && message === undefined ? undefined : { rejectedDataPoints: rejected ?? 0, errorMessage: message ?? '' };
    return Response.encode(Response.create({ partialSuccess })).finish();
}

const boxes = new Map();

async function command(name, box, body) {
    switch (name) {
        case 'open': {
            const opened = new Box(body.path);
            const ports = await opened.open();
            boxes.set(ports.http, opened);
            return ports;
        }
        case 'count': return box.requests.length;
        case 'requests': return box.requests;
        case 'answer': return box.answers.push(...body);
        case 'reset': return box.reset() ?? 0;
        case 'close': return boxes.delete(box.http.address().port) && (box.close() ?? 0);
        default: throw new Error(`${name} is no command`);
    }
}

// POST /<command>/<the HTTP port of a box>, with JSON where the command wants more.
const control = http.createServer(async (request, response) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    const [, name, port] = request.url.split('/');
    try {
        const box = boxes.get(Number(port));
        if (!box && name !== 'open') throw new Error(`${port} is no receiver`);
        response.end(JSON.stringify(await command(name, box, parts.length ? JSON.parse(Buffer.concat(parts)) : undefined)));
    } catch (failure) {
        response.writeHead(500).end(String(failure));
    }
});

process.on('uncaughtException', (failure) => console.error(failure)); // One broken stream must not take the other receivers along.
process.stdin.resume();
process.stdin.on('close', () => process.exit(0));
control.listen(0, loopback, () => console.log(JSON.stringify({ control: control.address().port })));
