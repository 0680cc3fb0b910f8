// Reads {shapes: [paths], turtle, jsonld} from standard input; answers whether both documents are the same graph, and
// what each SHACL engine finds in it: {same, triples, findings: {engine: [{severity, shape, focus, path, message}]}}.
import { readFileSync } from 'node:fs';
import jsonld from 'jsonld';
import { Parser } from 'n3';
import rdf from 'rdf-ext';
import RdfValidateShacl from 'rdf-validate-shacl';
import { Validator } from 'shacl-engine';

const { shapes: files, turtle, jsonld: linked } = JSON.parse(readFileSync(0, 'utf8'));
// The parsers' own terms lack methods that the engines ask of rdf-ext's: every quad is made anew.
const dataset = quads => rdf.dataset([...quads].map(quad => rdf.quad(term(quad.subject), term(quad.predicate), term(quad.object))));
const term = t => t.termType === 'NamedNode' ? rdf.namedNode(t.value)
  : t.termType === 'BlankNode' ? rdf.blankNode(t.value)
  : rdf.literal(t.value, t.language || rdf.namedNode(t.datatype.value));
const parse = (text, prefix) => new Parser({ blankNodePrefix: prefix }).parse(text);
const refuse = url => { throw new Error(`The context ${url} is not in the document`); };

const data = dataset(parse(turtle, 'd'));
const nquads = await jsonld.toRDF(JSON.parse(linked), { format: 'application/n-quads', documentLoader: refuse });
const canonical = async text => jsonld.canonize(text, { algorithm: 'URDNA2015', inputFormat: 'application/n-quads', format: 'application/n-quads' });
const same = await canonical(nquads) === await canonical([...data].map(quad => quad.toCanonical() + '\n').join(''));

const shapes = dataset(files.flatMap((file, index) => parse(readFileSync(file, 'utf8'), `s${index}_`)));
const last = value => (value?.value ?? '').replace(/^.*[/#]/, '');
const told = (severity, focus, path, shape, messages) => ({
  severity: last(severity), focus: focus?.value ?? '', path: path?.value ?? '', shape: shape?.value ?? '',
  message: (messages ?? []).map(message => message.value ?? message).join('; '),
});
const zazuko = await new RdfValidateShacl(shapes).validate(data);
const engine = await new Validator(shapes, { factory: rdf }).validate({ dataset: data });
process.stdout.write(JSON.stringify({
  same,
  triples: data.size,
  findings: {
    'rdf-validate-shacl': zazuko.results.map(r => told(r.severity, r.focusNode, r.path, r.sourceShape, r.message)),
    'shacl-engine': engine.results.map(r => told(r.severity, r.focusNode?.term ?? r.focusNode, r.path?.[0]?.predicates?.[0], r.shape?.ptr?.term, r.message)),
  },
}));
