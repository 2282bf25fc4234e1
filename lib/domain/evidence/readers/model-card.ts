import { readShape } from '../documents/document.ts';
import { readInAnyFormat } from '../documents/recognize.ts';
import { readBillOfMaterialsCard } from '../foreign/cyclonedx.ts';
import { readSageMakerCard } from '../foreign/sagemaker-model-card.ts';
import { MODEL_CARD_MAX_BYTES, ModelCard } from '../model-card.ts';

/** Establishes that bytes are a model card: our own, SageMaker's, or that of a CycloneDX bill of materials. */
export const parseModelCard = (bytes: Uint8Array): ModelCard =>
  readInAnyFormat<ModelCard>(bytes, {
    name: 'model card',
    maxBytes: MODEL_CARD_MAX_BYTES,
    readers: [
      {
        format: 'an Assay model card',
        keys: Object.keys(ModelCard.shape),
        read: (document) => readShape(ModelCard, document, 'model card'),
      },
      { format: 'a SageMaker model card', read: readSageMakerCard },
      { format: 'a CycloneDX bill of materials', read: readBillOfMaterialsCard },
    ],
  });
