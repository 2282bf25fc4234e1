import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const Template = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() }),
  ),
});

const AssetManifest = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string(), packaging: z.enum(['file', 'zip']) }),
      destinations: z.record(z.string(), z.object({ bucketName: z.string(), objectKey: z.string() })),
    }),
  ),
});

const Manifest = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      dependencies: z.array(z.string()).default([]),
      displayName: z.string().optional(),
      properties: z
        .object({
          file: z.string(),
          directoryName: z.string(),
          templateFile: z.string(),
          stackName: z.string(),
          stackTemplateAssetObjectUrl: z.string(),
          bootstrapStackVersionSsmParameter: z.string(),
        })
        .partial()
        .default({}),
    }),
  ),
});

export type Template = z.infer<typeof Template>;

export interface FileAsset {
  readonly path: string;
  readonly packaging: 'file' | 'zip';
  readonly bucket: string;
  readonly key: string;
}

/** One stack of a cloud assembly, with everything that a deployment needs. Account and region are filled in already. */
export interface StackArtifact {
  readonly stackName: string;
  /** The path of the stack in the app, such as `local/core`. */
  readonly displayName: string;
  readonly template: Template;
  readonly templateUrl: string;
  readonly versionParameter: string | undefined;
  readonly assets: readonly FileAsset[];
}

export interface Place {
  readonly accountId: string;
  readonly region: string;
}

/** Reads a `cdk.out` folder with the assemblies of its stages; each stack comes after the stacks it depends on. */
export async function readAssembly(directory: string, place: Place): Promise<StackArtifact[]> {
  const { artifacts } = Manifest.parse(await readJson(join(directory, 'manifest.json')));
  const stacks: StackArtifact[] = [];
  const seen = new Set<string>();

  const visit = async (id: string): Promise<void> => {
    const artifact = artifacts[id];
    if (artifact === undefined || seen.has(id)) return;
    seen.add(id);
    for (const dependency of artifact.dependencies) await visit(dependency);
    const { properties } = artifact;
    if (artifact.type === 'cdk:cloud-assembly' && properties.directoryName !== undefined) {
      stacks.push(...(await readAssembly(join(directory, properties.directoryName), place)));
    }
    if (artifact.type === 'aws:cloudformation:stack' && properties.templateFile !== undefined) {
      const manifests = artifact.dependencies.map((dependency) => artifacts[dependency]?.properties.file);
      stacks.push({
        stackName: properties.stackName ?? id,
        displayName: artifact.displayName ?? id,
        template: Template.parse(await readJson(join(directory, properties.templateFile))),
        templateUrl: fillIn(properties.stackTemplateAssetObjectUrl ?? '', place),
        versionParameter: properties.bootstrapStackVersionSsmParameter,
        assets: (
          await Promise.all(
            manifests.filter((file) => file !== undefined).map((file) => readAssets(directory, file, place)),
          )
        ).flat(),
      });
    }
  };

  for (const id of Object.keys(artifacts)) await visit(id);
  return stacks;
}

async function readAssets(directory: string, file: string, place: Place): Promise<FileAsset[]> {
  const { files } = AssetManifest.parse(await readJson(join(directory, file)));
  return Object.values(files).flatMap(({ source, destinations }) =>
    Object.values(destinations).map((destination) => ({
      path: join(directory, source.path),
      packaging: source.packaging,
      bucket: fillIn(destination.bucketName, place),
      key: fillIn(destination.objectKey, place),
    })),
  );
}

const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'));

function fillIn(text: string, { accountId, region }: Place): string {
  const values: Record<string, string> = { Partition: 'aws', AccountId: accountId, Region: region };
  return text.replace(/\$\{AWS::(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
