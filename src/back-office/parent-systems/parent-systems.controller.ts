import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiBody, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../audit/audit.types.js';
import { CallingActor } from '../../auth/caller.decorators.js';
import { ParentSystemsService } from '../../parent-systems/parent-systems.service.js';
import { BackOfficeRoute } from '../../auth/route-access.js';
import { PageQuery } from '../shared/page.dto.js';
import {
  ChangeParentSystemBody,
  CreateParentSystemBody,
  NewParentSystemAnswer,
  ParentSystemAnswer,
  ParentSystemPath,
  ParentSystemsPage,
  RotatedSecretAnswer,
  RotateSecretBody,
} from './dto/parent-system.dto.js';
import { ParentSystemChanges } from './parent-system-changes.service.js';

/** The operator's GPAS integrations. */
@ApiTags('Back office: parent systems')
@Controller('operator/parent-systems')
export class BackOfficeParentSystemsController {
  constructor(
    private readonly changes: ParentSystemChanges,
    private readonly parentSystems: ParentSystemsService,
  ) {}

  @Post()
  @BackOfficeRoute('every', 'ALREADY_EXISTS')
  @ApiOperation({
    summary: 'Register a parent system',
    description:
      'The answer is the only one that ever shows its secret, which no other may have or have had. Needs a key with every role.',
  })
  @ApiBody({ type: CreateParentSystemBody })
  @ApiCreatedResponse({ type: NewParentSystemAnswer, description: 'It may call' })
  create(
    @CallingActor() actor: Actor,
    @Body() { allowedAddresses = null, ...body }: CreateParentSystemBody,
  ): Promise<NewParentSystemAnswer> {
    return this.changes.create(actor, { ...body, allowedAddresses });
  }

  @Get()
  @BackOfficeRoute('read')
  @ApiOperation({ summary: 'List the parent systems', description: 'Without their secrets.' })
  @ApiOkResponse({ type: ParentSystemsPage, description: 'A page in the order of the ids' })
  async list(@Query() query: PageQuery): Promise<ParentSystemsPage> {
    return ParentSystemsPage.of(await this.parentSystems.list(query), query.limit);
  }

  @Patch(':id')
  @BackOfficeRoute('every', 'NOT_FOUND', 'ALREADY_EXISTS')
  @ApiOperation({
    summary: 'Change a parent system',
    description:
      'Disable or enable it, rename it, or say which addresses may call. Other instances follow within a second. It is not ' +
      'enabled with a secret that another has or had. Needs a key with every role.',
  })
  @ApiBody({ type: ChangeParentSystemBody })
  @ApiOkResponse({ type: ParentSystemAnswer, description: 'As it is now' })
  change(
    @CallingActor() actor: Actor,
    @Param() { id }: ParentSystemPath,
    @Body() body: ChangeParentSystemBody,
  ): Promise<ParentSystemAnswer> {
    return this.changes.change(actor, id, body);
  }

  @Post(':id/secrets')
  @BackOfficeRoute('every', 'NOT_FOUND', 'ALREADY_EXISTS')
  @ApiOperation({
    summary: 'Replace the secret',
    description:
      'The new one works at once on every instance, the one before until the instant that is answered. The answer is ' +
      'the only one that ever shows it. It is not the one in use, nor one that another has or had. Needs a key with every role.',
  })
  @ApiBody({ type: RotateSecretBody })
  @ApiCreatedResponse({ type: RotatedSecretAnswer, description: 'The new secret' })
  rotateSecret(
    @CallingActor() actor: Actor,
    @Param() { id }: ParentSystemPath,
    @Body() body: RotateSecretBody,
  ): Promise<RotatedSecretAnswer> {
    return this.changes.rotateSecret(actor, id, body);
  }
}
