import { DATA_PROVENANCE_MAX_BYTES, DataProvenance } from '../data-provenance.ts';
import { readShape } from '../documents/document.ts';
import { readInAnyFormat } from '../documents/recognize.ts';
import { readBillOfMaterialsData } from '../foreign/cyclonedx.ts';

/**
 * Establishes that bytes are a data provenance record: our own, or the data components of a CycloneDX bill of
 * materials.
 */
export const parseDataProvenance = (bytes: Uint8Array): DataProvenance =>
  readInAnyFormat<DataProvenance>(bytes, {
    name: 'data provenance',
    maxBytes: DATA_PROVENANCE_MAX_BYTES,
    readers: [
      {
        format: 'an Assay data provenance record',
        keys: Object.keys(DataProvenance.shape),
        read: (document) => readShape(DataProvenance, document, 'data provenance'),
      },
      { format: 'a CycloneDX bill of materials', read: readBillOfMaterialsData },
    ],
  });
